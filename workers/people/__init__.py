"""What do we know about a person, and should we write to them now?"""
