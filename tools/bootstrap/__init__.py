"""Set-up with the standard library alone: virtual environment, locked packages, llama.cpp compiled for this CPU.

`main` decides what is missing; `wheel` compiles and keeps llama-cpp-python, named by `identity`; `environment` fills
`.venv`. All of it may be interrupted anywhere and run again: what is whole is published by a rename or marked by a
`stamp` written last, and a `lock` keeps two runs apart.
"""
