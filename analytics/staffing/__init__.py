"""How many people does it take to keep the promises, when, and what would it have changed?"""
