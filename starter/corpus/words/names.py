"""First names, and names for animals."""

from starter.corpus.words import listed

PEOPLE = listed(
    """
    Aaron Abby Ada Adam Adele Adrian Agnes Ahmed Aiden Aisha Alan Albert Alec Alex Alice Alina Alma Amanda Amara
    Amelia Amina Amir Amy Anders Andrea Andrew Angela Anita Anja Anna Anouk Anton Anya Archie Ariel Arlo Arthur
    Asha Astrid Audrey Aurora Ava Axel Barbara Barry Basil Bea Bella Ben Bernard Beth Bianca Bill Bjorn Blake
    Bob Boris Brenda Brian Bridget Bruno Caleb Camila Carl Carla Carmen Carol Casper Cecil Cedric Celia Chad
    Chen Chloe Chris Clara Claude Clement Clive Colin Connor Cora Corinne Cyril Daisy Damian Dana Daniel Daphne
    Darius David Dawn Debra Dennis Derek Diana Diego Dimitri Dina Dominic Donna Dora Doris Dougal Duncan Dylan
    Edgar Edith Edward Eileen Elena Eli Elias Elise Ella Ellen Elmer Elsa Emil Emily Emma Enzo Eric Erica Erik
    Erin Ernest Esme Esther Ethan Eva Evan Eve Fabian Faith Farah Fatima Felix Fergus Finn Fiona Flora Florian
    Frances Frank Freda Freya Gabriel Gail Gavin Gemma George Gerda Gideon Gilbert Gina Giles Glenn Gloria
    Gordon Grace Graham Greta Guido Gunnar Gus Hamid Hana Hannah Hans Harold Harriet Harry Harvey Hassan Hazel
    Hector Heidi Helen Helga Henrik Henry Hilda Hiro Holly Hugh Hugo Ian Ibrahim Ida Igor Ilse Imani Ines Ingrid
    Irene Iris Isaac Isabel Ivan Ivo Ivy Jack Jacob Jade James Jamal Jan Jane Janet Jasmine Jason Jasper Jean
    Jenny Jeremy Jill Joan Joel Johanna John Jonas Joseph Joyce Juan Judith Julia Julian June Kai Kamal Karen
    Karl Kasper Kate Katya Keith Kelly Kemal Ken Kenji Kevin Kim Kira Klaus Kofi Kurt Kyle Laila Lara Larry Lars
    Laura Lea Leah Leila Len Lena Leo Leon Leonie Leroy Leslie Liam Lila Lina Linda Lionel Lisa Lloyd Lola Lorna
    Louis Louise Luca Lucy Luis Luka Luna Lydia Lyle Mabel Maeve Magda Malcolm Malik Manuel Mara Marcel Marco
    Margot Maria Marie Marina Mario Marit Mark Marlene Marta Martin Mary Mason Matilda Matteo Maud Max Maya
    Megan Mei Melvin Mia Michael Mika Mila Miles Mina Miriam Mona Morgan Moritz Muriel Myra Nadia Nadine Nancy
    Naomi Natalie Nate Ned Neil Nell Nia Nicholas Nico Nigel Nina Noah Noel Nora Norman Nuria Olaf Olga Oliver
    Olivia Omar Oona Orla Oscar Otto Owen Pablo Pamela Pascal Patrick Paul Paula Pavel Pearl Pedro Penny Percy
    Peter Petra Phil Phoebe Pia Pierre Piotr Polly Priya Quentin Quinn Rachel Rafael Raj Ralph Ramona Rania Raul
    Ravi Ray Rebecca Reese Regina Rene Rex Rhoda Rhys Rita Robert Robin Rodney Roger Roland Roman Rosa Rose
    Rosie Ross Rowan Roy Ruby Rudi Rufus Rupert Ruth Ryan Sabine Sadie Said Sally Salma Sam Samira Sandra Sanjay
    Sara Saul Scott Sean Selma Serge Seth Shane Sharon Sheila Shirin Sid Sigrid Silas Silvia Simon Sofia Soren
    Spencer Stan Stella Stephen Steve Stuart Sven Sybil Tamara Tanya Tara Tariq Ted Teresa Tess Theo Thelma
    Thomas Tiago Tilda Tim Tina Toby Todd Tom Tomas Tony Tove Tracy Tristan Ulla Ulrich Uma Ursula Valerie Vera
    Victor Vikram Vince Viola Vivian Vlad Wade Walter Wanda Wendy Wilbur Wilma Xavier Yara Yasmin Yuki Yuri
    Yusuf Yvonne Zack Zara Zelda Zoe Zoltan
    """
)

ANIMALS = listed(
    """
    Acorn Amber Apollo Archer Bandit Banjo Barney Baxter Bean Bella Berry Biscuit Blaze Blossom Bonnie Boots
    Bramble Brownie Bubbles Buddy Buster Button Cactus Captain Casper Charlie Checkers Cherry Chip Cinnamon
    Clover Coco Comet Cookie Copper Cosmo Cricket Daisy Dash Diesel Domino Dot Duke Dusty Ember Fang Fern Fidget
    Flash Fluffy Freckles Fudge Ghost Ginger Gizmo Goldie Hazel Hopper Honey Jasper Jelly Juniper Kiwi Lemon
    Lucky Luna Maple Marble Midnight Milo Minty Misty Mittens Mochi Moose Muffin Nibbles Noodle Nugget Nutmeg
    Olive Oreo Otis Panda Patches Peanut Pebble Pepper Pickle Pip Pixel Pretzel Pumpkin Ranger Rascal Rocket
    Rocky Rusty Salty Scout Shadow Smokey Snoopy Snowy Socks Sparky Speckle Spike Spot Storm Sunny Tango Teddy
    Thunder Tiger Toffee Truffle Twix Velvet Waffles Whiskers Widget Willow Wolfie Yogi Ziggy
    """
)
