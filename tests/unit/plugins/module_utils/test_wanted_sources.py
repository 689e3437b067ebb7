# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import (
    GroupReference,
    WantedSource,
    is_prefix_list_id,
    read_group_reference,
    read_own_group,
    read_source,
)

from tests.unit.values import NOW

GROUP_ID = "sg-0123456789abcdef0"
INSTANCE_ID = "i-0123456789abcdef0"
LIST_ID = "pl-0123456789abcdef0"
PEER = "210987654321"

NOT_A_GROUP_ID = " is not the id of a security group: 'sg-' is followed by 8 or 17 digits of 0-9 and a-f."
NOT_AN_INSTANCE_ID = (
    " is not the id of an instance: 'i-' is followed by 8 or 17 digits of 0-9 and a-f; "
    "give the id, or name its security group as security_group."
)
NOT_A_LIST_ID = " is not the id of a prefix list: 'pl-' is followed by 8 or 17 digits of 0-9 and a-f."
NOT_A_CIDR = " is not an address range; write one such as 10.1.0.0/16, 10.1.2.3/32 or 2001:db8::/56."
ANY_ADDRESS = (
    " admits every address there is; name the range that needs the cache, "
    "or set allow_any_address to true if you mean it."
)
CHARACTERS = " holds a character that EC2 refuses; it takes a-z A-Z 0-9, blank and ._-:/()#,@[]+=;{}!$*"
ONE_OF = (
    "each takes exactly one of security_group, instance, cidr or prefix_list "
    "(security_group also beside instance, to say which of its groups)."
)


@pytest.mark.parametrize(
    ("text", "reference", "shown"),
    [
        pytest.param(GROUP_ID, GroupReference(group_id=GROUP_ID), GROUP_ID, id="an id"),
        pytest.param("sg-01234567", GroupReference(group_id="sg-01234567"), "sg-01234567", id="an old, short id"),
        pytest.param("app-web", GroupReference(name="app-web"), "app-web", id="a name"),
        pytest.param(
            "Web tier (blue)", GroupReference(name="Web tier (blue)"), "Web tier (blue)", id="a name in prose"
        ),
        pytest.param("sgweb", GroupReference(name="sgweb"), "sgweb", id="a name that begins almost like an id"),
        pytest.param(
            f"{PEER}/{GROUP_ID}",
            GroupReference(group_id=GROUP_ID, owner_id=PEER),
            f"{PEER}/{GROUP_ID}",
            id="an id with the account in front, as the console writes it",
        ),
        pytest.param("team/web", GroupReference(name="team/web"), "team/web", id="a name with a slash"),
        pytest.param("12/web", GroupReference(name="12/web"), "12/web", id="a name after a number that is no account"),
    ],
)
def test_which_security_group_is_meant(text: str, reference: GroupReference, shown: str) -> None:
    found = read_group_reference(text, "security_group")
    assert (found, str(found)) == (reference, shown)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "security_group is empty; give the id or the name of a security group.", id="nothing"),
        pytest.param(" ", "security_group is empty; give the id or the name of a security group.", id="a blank"),
        pytest.param("sg-", f"security_group 'sg-'{NOT_A_GROUP_ID}", id="an id without digits"),
        pytest.param("sg-0xyz", f"security_group 'sg-0xyz'{NOT_A_GROUP_ID}", id="an id with other letters"),
        pytest.param("sg-0123ABCD", f"security_group 'sg-0123ABCD'{NOT_A_GROUP_ID}", id="an id in capitals"),
        pytest.param("sg-012345678", f"security_group 'sg-012345678'{NOT_A_GROUP_ID}", id="an id of another length"),
        pytest.param(f"{GROUP_ID}\n", f"security_group '{GROUP_ID}\\n'{NOT_A_GROUP_ID}", id="an id and a line break"),
        pytest.param(
            f"{PEER}/app-web",
            f"security_group '{PEER}/app-web' names no group of account {PEER}: a group of another account is known by "
            f"its id alone; write {PEER}/sg-...",
            id="a name of another account",
        ),
        pytest.param(
            f"{PEER}/sg-1", f"security_group '{PEER}/sg-1'{NOT_A_GROUP_ID}", id="a malformed id of another account"
        ),
    ],
)
def test_what_cannot_be_a_security_group(text: str, sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_group_reference(text, "security_group")
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("options", "allow_any_address", "wanted"),
    [
        pytest.param(
            {"security_group": "app-web", "cidr": None, "description": None},
            False,
            WantedSource("security_group", group=GroupReference(name="app-web")),
            id="a group by name, with the other options unset",
        ),
        pytest.param(
            {"security_group": GROUP_ID, "description": "Web tier"},
            False,
            WantedSource("security_group", group=GroupReference(group_id=GROUP_ID), description="Web tier"),
            id="a group by id with a description",
        ),
        pytest.param(
            {"cidr": "10.20.3.4/16"}, False, WantedSource("cidr", "10.20.0.0/16"), id="a range in its canonical form"
        ),
        pytest.param(
            {"cidr": "10.20.0.0/16", "description": ""},
            False,
            WantedSource("cidr", "10.20.0.0/16", description=""),
            id="an empty description is one, unlike none",
        ),
        pytest.param(
            {"cidr": "10.20.0.0/16", "description": "R&D"},
            False,
            WantedSource("cidr", "10.20.0.0/16", description="R&D"),
            id="an ampersand for a range",
        ),
        pytest.param(
            {"cidr": "10.20.0.0/16", "description": "aZ09 ._-:/()#,@[]+=;{}!$*" + "x" * 230},
            False,
            WantedSource("cidr", "10.20.0.0/16", description="aZ09 ._-:/()#,@[]+=;{}!$*" + "x" * 230),
            id="the longest description with every character that EC2 takes",
        ),
        pytest.param(
            {"cidr": "0.0.0.0/0"}, True, WantedSource("cidr", "0.0.0.0/0"), id="any address where it is allowed"
        ),
        pytest.param({"cidr": "1::/0"}, True, WantedSource("cidr", "::/0"), id="any IPv6 address where it is allowed"),
        pytest.param(
            {"security_group": f"{PEER}/{GROUP_ID}"},
            False,
            WantedSource("security_group", group=GroupReference(group_id=GROUP_ID, owner_id=PEER)),
            id="a group of another account",
        ),
        pytest.param(
            {"instance": INSTANCE_ID, "description": "Bastion"},
            False,
            WantedSource("instance", INSTANCE_ID, description="Bastion"),
            id="an instance with a description",
        ),
        pytest.param({"instance": "i-01234567"}, False, WantedSource("instance", "i-01234567"), id="an old instance"),
        pytest.param(
            {"instance": INSTANCE_ID, "security_group": "app-web"},
            False,
            WantedSource("instance", INSTANCE_ID, GroupReference(name="app-web")),
            id="an instance and which of its groups is meant",
        ),
        pytest.param({"prefix_list": LIST_ID}, False, WantedSource("prefix_list", LIST_ID), id="a prefix list by id"),
        pytest.param({"prefix_list": "offices"}, False, WantedSource("prefix_list", "offices"), id="one by name"),
        pytest.param(
            {"prefix_list": "pl-offices"}, False, WantedSource("prefix_list", "pl-offices"), id="one like an id by name"
        ),
        pytest.param({"cidr": "0.0.0.0/1"}, False, WantedSource("cidr", "0.0.0.0/1"), id="half of all addresses"),
    ],
)
def test_which_source_is_meant(options: dict[str, Any], allow_any_address: bool, wanted: WantedSource) -> None:
    assert read_source(options, allow_any_address, NOW, is_renewed=False) == wanted


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param(
            {},
            f"an entry of sources names no source; {ONE_OF}",
            id="an empty entry",
        ),
        pytest.param(
            {"description": "Web tier", "cidr": None},
            f"an entry of sources names no source; {ONE_OF}",
            id="an entry with a description alone",
        ),
        pytest.param(
            {"cidr": "10.0.0.0/8", "security_group": "app-web"},
            f"an entry of sources names security_group and cidr; {ONE_OF}",
            id="an entry with two sources",
        ),
        pytest.param(
            {"instance": INSTANCE_ID, "prefix_list": "offices"},
            f"an entry of sources names instance and prefix_list; {ONE_OF}",
            id="an entry with an instance and a prefix list",
        ),
        pytest.param(
            {"instance": INSTANCE_ID, "security_group": "app-web", "cidr": "10.0.0.0/8"},
            f"an entry of sources names security_group and instance and cidr; {ONE_OF}",
            id="an entry with three sources",
        ),
        pytest.param({"instance": ""}, f"instance ''{NOT_AN_INSTANCE_ID}", id="an empty instance"),
        pytest.param({"instance": "web-1"}, f"instance 'web-1'{NOT_AN_INSTANCE_ID}", id="an instance by name"),
        pytest.param({"instance": "i-0123ABCD"}, f"instance 'i-0123ABCD'{NOT_AN_INSTANCE_ID}", id="an id in capitals"),
        pytest.param(
            {"instance": f"{INSTANCE_ID}\n"}, f"instance '{INSTANCE_ID}\\n'{NOT_AN_INSTANCE_ID}", id="and a line break"
        ),
        pytest.param(
            {"instance": INSTANCE_ID, "security_group": "sg-1"},
            f"security_group 'sg-1'{NOT_A_GROUP_ID}",
            id="a malformed group beside an instance",
        ),
        pytest.param(
            {"prefix_list": " "}, "prefix_list is empty; give the id or the name of a prefix list.", id="an empty list"
        ),
        pytest.param({"prefix_list": "pl-1"}, f"prefix_list 'pl-1'{NOT_A_LIST_ID}", id="a list's id that is too short"),
        pytest.param(
            {"prefix_list": "pl-0123ABCD"}, f"prefix_list 'pl-0123ABCD'{NOT_A_LIST_ID}", id="a list's id in capitals"
        ),
        pytest.param(
            {"prefix_list": LIST_ID, "description": "R&D"},
            f"description 'R&D'{CHARACTERS} (and & only for a cidr).",
            id="an ampersand for a prefix list",
        ),
        pytest.param(
            {"security_group": ""},
            "security_group is empty; give the id or the name of a security group.",
            id="an empty group",
        ),
        pytest.param({"security_group": "sg-1"}, f"security_group 'sg-1'{NOT_A_GROUP_ID}", id="a malformed group id"),
        pytest.param({"cidr": ""}, f"cidr ''{NOT_A_CIDR}", id="an empty range"),
        pytest.param({"cidr": "10.1.2.3"}, f"cidr '10.1.2.3'{NOT_A_CIDR}", id="an address without a length"),
        pytest.param({"cidr": "fe80::%eth0/64"}, f"cidr 'fe80::%eth0/64'{NOT_A_CIDR}", id="a range with a zone"),
        pytest.param({"cidr": "0.0.0.0/0"}, f"cidr '0.0.0.0/0'{ANY_ADDRESS}", id="any IPv4 address"),
        pytest.param({"cidr": "::/0"}, f"cidr '::/0'{ANY_ADDRESS}", id="any IPv6 address"),
        pytest.param({"cidr": "10.0.0.0/0"}, f"cidr '10.0.0.0/0'{ANY_ADDRESS}", id="any address in disguise"),
        pytest.param(
            {"cidr": "10.0.0.0/8", "description": "Büro"},
            f"description 'Büro'{CHARACTERS}.",
            id="a letter that EC2 refuses",
        ),
        pytest.param(
            {"cidr": "10.0.0.0/8", "description": "Web\n"},
            f"description 'Web\\n'{CHARACTERS}.",
            id="a line break at the end",
        ),
        pytest.param(
            {"security_group": "app-web", "description": "R&D"},
            f"description 'R&D'{CHARACTERS} (and & only for a cidr).",
            id="an ampersand for a group",
        ),
        pytest.param(
            {"security_group": "app-web", "description": "x" * 256},
            f"description '{'x' * 40}...' has 256 characters; EC2 takes up to 255: shorten it.",
            id="a description that is too long",
        ),
    ],
)
def test_what_cannot_be_a_source(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_source(options, False, NOW, is_renewed=False)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "is_id"),
    [
        pytest.param(LIST_ID, True, id="an id"),
        pytest.param("pl-01234567", True, id="an old, short id"),
        pytest.param("offices", False, id="a name"),
        pytest.param("pl-offices", False, id="a name that begins like an id"),
        pytest.param(f"{LIST_ID}0", False, id="too many digits"),
        pytest.param(f"{LIST_ID}\n", False, id="an id and a line break"),
    ],
)
def test_what_is_the_id_of_a_prefix_list(text: str, is_id: bool) -> None:
    assert is_prefix_list_id(text) is is_id


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        pytest.param(WantedSource("cidr", "10.0.0.0/8"), "cidr '10.0.0.0/8'", id="a range"),
        pytest.param(WantedSource("prefix_list", "offices"), "prefix_list 'offices'", id="a prefix list"),
        pytest.param(
            WantedSource("security_group", group=GroupReference(name="app-web")),
            "security_group 'app-web'",
            id="a group by name",
        ),
        pytest.param(
            WantedSource("security_group", group=GroupReference(GROUP_ID, owner_id=PEER)),
            f"security_group '{PEER}/{GROUP_ID}'",
            id="a group of another account",
        ),
        pytest.param(
            WantedSource("instance", INSTANCE_ID, GroupReference(name="app-web")),
            f"instance '{INSTANCE_ID}'",
            id="an instance, whichever of its groups is meant",
        ),
    ],
)
def test_a_source_is_shown_as_the_user_wrote_it(wanted: WantedSource, shown: str) -> None:
    assert str(wanted) == shown


@pytest.mark.parametrize(
    ("reference", "means"),
    [
        pytest.param(GroupReference(group_id="sg-1"), True, id="its id"),
        pytest.param(GroupReference(group_id="sg-2"), False, id="another id"),
        pytest.param(GroupReference(name="app-web"), True, id="its name"),
        pytest.param(GroupReference(name="sg-1"), False, id="its id where a name is meant"),
        pytest.param(GroupReference(group_id="app-web"), False, id="its name where an id is meant"),
    ],
)
def test_which_group_a_reference_means(reference: GroupReference, means: bool) -> None:
    assert reference.means("sg-1", "app-web") is means


@pytest.mark.parametrize(
    ("text", "reference"), [("app-web", GroupReference(name="app-web")), (GROUP_ID, GroupReference(group_id=GROUP_ID))]
)
def test_a_group_of_a_cache(text: str, reference: GroupReference) -> None:
    assert read_own_group(text, "security_groups") == reference


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "security_groups is empty; give the id or the name of a security group.", id="nothing"),
        pytest.param("sg-1", f"security_groups 'sg-1'{NOT_A_GROUP_ID}", id="a malformed id"),
        pytest.param(
            f"{PEER}/{GROUP_ID}",
            f"security_groups '{PEER}/{GROUP_ID}' names an account, while a cache carries groups of its own account "
            f"alone; write {GROUP_ID}.",
            id="one of another account",
        ),
    ],
)
def test_what_cannot_be_a_group_of_a_cache(text: str, sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_own_group(text, "security_groups")
    assert str(caught.value) == sentence
