"""Has Debian's cloud-init judge and read seeds: JSON lines on stdin, one seed each; JSON lines on stdout."""

import contextlib
import io
import json
import os
import sys
import tempfile
from unittest import mock

from cloudinit import distros, helpers, util
from cloudinit.cmd import main
from cloudinit.config import cc_write_files
from cloudinit.net import eni, netplan, network_state, networkd
from cloudinit.sources import DataSourceNoCloud


def schema(path):
    """What `cloud-init schema --config-file PATH` says, and how it exits."""
    said = io.StringIO()
    code = 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            code = main.main(["cloud-init", "schema", "--config-file", path]) or 0
        except SystemExit as stop:
            code = stop.code
    return {"code": code if isinstance(code, int) else 1, "said": f"{said.getvalue()}{code or ''}"}


def datasource(folder):
    """The seed as the NoCloud data source takes it from a folder, or from the image with the same files."""
    paths = helpers.Paths({"cloud_dir": folder, "run_dir": folder})
    config = {"datasource": {"NoCloud": {"fs_label": None}}}
    source = DataSourceNoCloud.DataSourceNoCloud(config, distros.fetch("debian")("debian", {}, paths), paths)
    source.seed_dirs = [folder]
    with mock.patch.object(DataSourceNoCloud.util, "get_cmdline", return_value=""), mock.patch.object(
        DataSourceNoCloud.dmi, "read_dmi_data", return_value=None
    ):
        found = source.get_data()
    return source if found else None


def network(config):
    """What each renderer makes of a network-config, by file."""
    if config is None:
        return None
    rendered = {}
    for name, renderer in (
        ("eni", eni.Renderer({"eni_path": "interfaces", "netrules_path": None})),
        ("networkd", networkd.Renderer({"resolve_conf_fn": "resolved.conf"})),
        ("netplan", netplan.Renderer({"netplan_path": "netplan.yaml"})),
    ):
        with tempfile.TemporaryDirectory() as root:
            state = network_state.parse_net_config_data(config, skip_broken=False, renderer=renderer)
            renderer.render_network_state(state, target=root)
            for place, _, files in os.walk(root):
                for file in files:
                    with open(os.path.join(place, file), encoding="utf-8") as text:
                        rendered[f"{name}/{file}"] = text.read()
    return rendered


def contents(files):
    """What `write_files` puts into each file."""
    return {
        file["path"]: util.decode_binary(
            cc_write_files.extract_contents(
                file["content"], cc_write_files.canonicalize_extraction(file.get("encoding"))
            )
        )
        for file in files
    }


def judge(seed):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in seed.items():
            if text is not None:
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(text)
        result = {"schema": schema(os.path.join(folder, "user-data"))}
        try:
            source = datasource(folder)
            read = util.load_yaml(source.get_userdata_raw())
            result.update(
                instance=source.get_instance_id(),
                hostname=source.metadata.get("local-hostname"),
                userData=read,
                # As cc_bootcmd and cc_runcmd write them down, for sh to run.
                scripts={key: util.shellify(read[key]) for key in ("bootcmd", "runcmd") if read.get(key)},
                files=contents(read.get("write_files", [])),
                network=network(source.network_config),
            )
        except Exception as error:  # whatever it cannot read is what the test wants to hear of
            result["error"] = f"{type(error).__name__}: {error}"
        return result


for line in sys.stdin:
    print(json.dumps(judge(json.loads(line)), default=str), flush=True)
