"""The user's own derivation, line by line: does each line follow, is it true, has it its shape?"""
