# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Links of the pages that lead out of docs/, and from the names of plugins and roles to their pages."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

CHECKOUT = Path(__file__).resolve().parents[1]
DOCS = CHECKOUT / "docs"
COLLECTION = "elasticache.access"
PLAYBOOKS = {file.stem for file in (CHECKOUT / "playbooks").glob("*.yml")}
PLUGIN_PAGE = re.compile(r"reference/(?P<name>\w+)_(?:module|filter|role|inventory)$")
# As antsibull-docs names the page of a plugin.
PLUGIN = re.compile(
    r"ansible_collections\.(?P<namespace>\w+)\.(?P<name>\w+)\.(?P<page>\w+_(?:module|filter|lookup|inventory|role))$"
)
ANSIBLE = "https://docs.ansible.com/ansible/latest"
APPENDICES = {
    "common_return_values": "reference_appendices/common_return_values.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
}


class OutOfTheSite(SphinxPostTransform):
    """A link to what the checkout holds outside of docs/, or to a folder, leads to the code host."""

    # Before MyST resolves its links, at 9.
    default_priority = 8

    def run(self, **_kwargs: object) -> None:
        """Replace such links; those to what does not exist are left, and MyST complains of them."""
        host = self.config.code_host
        for link in list(self.document.findall(addnodes.pending_xref)):
            if link["reftype"] != "myst" or link["refdomain"] == "doc":
                continue
            path, _hash, anchor = link["reftarget"].partition("#")
            there = Path(os.path.normpath(DOCS / Path(link["refdoc"]).parent / path))
            if path and there.exists() and there.is_relative_to(CHECKOUT):
                kind = "tree" if there.is_dir() else "blob"
                url = f"{host}/{kind}/main/{there.relative_to(CHECKOUT)}" + (f"#{anchor}" if anchor else "")
                link.replace_self(nodes.reference("", "", *link.children, refuri=url, internal=False))


class Names(SphinxPostTransform):
    """The name of a module, filter, role or playbook in a page leads to what is said of it."""

    default_priority = 8

    def run(self, **_kwargs: object) -> None:
        """Make links of names that are in none."""
        here = self.env.docname
        if here.startswith("reference/"):
            return
        pages = {found["name"]: page for page in self.env.found_docs if (found := PLUGIN_PAGE.match(page))}
        # The inventory plugin has a word for its name, which means other things as well.
        pages = {(name if "_" in name else f"{COLLECTION}.{name}"): page for name, page in pages.items()}
        for literal in list(self.document.findall(nodes.literal)):
            full = literal.astext()
            name = full.removeprefix(f"{COLLECTION}.")
            page, heading = pages.get(full) or pages.get(name), ""
            if name in PLAYBOOKS:
                # Each has a heading of its own on one page.
                page, heading = "playbooks", nodes.make_id(name)
            if page and not _within_a_link_or_heading(literal):
                literal.replace_self(make_refnode(self.app.builder, here, page, heading, literal.deepcopy()))


def _within_a_link_or_heading(node: Element) -> bool:
    kinds = (nodes.reference, nodes.title, addnodes.pending_xref)
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False


def _plugin(app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: Element) -> Element | None:
    """Lead to Ansible's own site for its words and other collections, and give what has no heading a name to show."""
    target = node["reftarget"]
    if target in APPENDICES:
        return nodes.reference("", "", content, refuri=f"{ANSIBLE}/{APPENDICES[target]}", internal=False)
    if node["reftype"] == "envvar" and target.startswith("ANSIBLE_"):
        url = f"{ANSIBLE}/{APPENDICES['ansible_configuration_settings']}#envvar-{target}"
        return nodes.reference("", "", content, refuri=url, internal=False)
    found = PLUGIN.match(target)
    if not found:
        return None
    if found["namespace"] != "elasticache":
        url = f"{ANSIBLE}/collections/{found['namespace']}/{found['name']}/{found['page']}.html"
        return nodes.reference("", "", content, refuri=url, internal=False)
    page = f"reference/{found['page']}"
    if page not in env.found_docs or node["reftype"] != "ref":
        return None
    name = nodes.literal("", found["page"].rpartition("_")[0])
    return make_refnode(app.builder, node["refdoc"], page, "", name)


def setup(app: Sphinx) -> None:
    """Join the links to Sphinx."""
    app.add_config_value("code_host", "", "env", str)
    app.add_post_transform(OutOfTheSite)
    app.add_post_transform(Names)
    app.connect("missing-reference", _plugin)
