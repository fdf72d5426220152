"""Small transformers on the composite task of anchor functions: reasoning or memory."""
