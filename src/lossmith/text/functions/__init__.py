"""The functions and operators of the language: kinds, sizes and builders."""
