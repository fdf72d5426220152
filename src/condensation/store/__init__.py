"""Parquet and text files, written whole or not at all, with units and symbols."""
