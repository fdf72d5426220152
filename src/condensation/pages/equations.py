"""Equations in MathML, which browsers draw without any library."""

import re

from latex2mathml.converter import convert
from markupsafe import Markup, escape

from condensation.pages.tables import Equation


def mathml(equation: Equation) -> Markup:
    """Return an equation as MathML with its words as alternative text.

    Raises ValueError, naming the equation, if its LaTeX has a command that cannot be converted.
    """
    element = convert(equation.latex, display="block")
    unknown = re.findall(r"\\[A-Za-z]+", element)
    if unknown:
        raise ValueError(f"equations.tsv: {equation.id}: cannot convert {', '.join(unknown)}")
    return Markup(element.replace("<math ", f'<math alttext="{escape(equation.words)}" ', 1))
