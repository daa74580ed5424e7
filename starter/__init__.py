"""The starter model: what makes the small chat model that ships inside the package."""
