# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How Sphinx makes the site of the pages in docs/ and of what the plugins and roles say of themselves."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

GALAXY = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text())

project = f"{GALAXY['namespace']}.{GALAXY['name']}"
author = GALAXY["authors"][0]
copyright = f"2026, {author}"
release = version = GALAXY["version"]

extensions = ["myst_parser", "sphinx_antsibull_ext", "docsite.navigation", "docsite.references"]
exclude_patterns = ["docsite/**"]
# A heading of every depth that pages have can be linked to, by the name that code hosts give it.
myst_heading_anchors = 4
highlight_language = "none"
pygments_style = "default"
smartquotes = False
nitpicky = True

# Where links lead that leave docs/.
code_host = GALAXY["repository"]

html_theme = "furo"
html_title = f"{project} {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_favicon = "static/icon.svg"
# site.css gives them.
antsibull_ext_color_scheme = "none"
html_copy_source = False
html_show_sphinx = False
# No page offers its source: what those of the reference are made of is in no file of their own.
html_theme_options: dict[str, list[str]] = {"top_of_page_buttons": []}
