"""Certificates of stationary points, of courses of one variable, and of whole sets of points."""
