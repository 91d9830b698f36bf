"""Networks whose published weights can't be downloaded. Each program has a process of its own, as in a sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

SETUP = """
import os
os.environ["TORCH_HOME"], os.environ["KERAS_HOME"] = "{home}", "{home}"
import torch
from autograder.worker import torchvision_shim
torchvision_shim.make_importable()
from autograder.worker.tracing.pretrained import Pretrained, watch
pretrained = Pretrained()
watch(pretrained)
"""


def run(code: str, home: object) -> str:
    program = SETUP.format(home=home) + textwrap.dedent(code)
    environment = {
        **os.environ,
        "KERAS_BACKEND": "torch",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (
            "torchvision.models.resnet18(weights=torchvision.models.ResNet18_Weights.DEFAULT)",
            "ResNet18_Weights.IMAGENET1K_V1",
        ),
        ("torchvision.models.squeezenet1_1(pretrained=True)", "SqueezeNet1_1_Weights.IMAGENET1K_V1"),
        ("torchvision.models.densenet121(weights='IMAGENET1K_V1')", "DenseNet121_Weights.IMAGENET1K_V1"),
        ("torch.hub.load('pytorch/vision:v0.10.0', 'resnet18', pretrained=True)", "ResNet18_Weights.IMAGENET1K_V1"),
        ("torchvision.models.resnet18()", ""),
    ],
)
def test_a_network_whose_weights_cannot_be_had_is_made_and_known_by_their_name(made, name, tmp_path):
    code = f"""
        import torchvision
        model = {made}
        whole = torch.nn.Sequential(torch.nn.Upsample(64), model)
        model.eval()
        print(whole(torch.zeros(2, 3, 32, 32)).shape[1], pretrained.of(whole), sep=",")
    """
    assert run(code, tmp_path).splitlines()[-1] == f"1000,{name}"


def test_weights_that_are_there_are_loaded(tmp_path):
    code = """
        import torchvision
        weights = torchvision.models.SqueezeNet1_1_Weights.DEFAULT
        torch.hub.load_state_dict_from_url = None
        import torchvision.models._api as api
        known = torchvision.models.squeezenet1_1().state_dict()
        api.load_state_dict_from_url = lambda *_, **__: known
        model = torchvision.models.squeezenet1_1(weights=weights)
        same = all(torch.equal(value, known[name]) for name, value in model.state_dict().items())
        print(same, pretrained.of(model))
    """
    assert run(code, tmp_path) == "True SqueezeNet1_1_Weights.IMAGENET1K_V1"


def test_a_network_of_keras_is_made_and_known_by_its_file(tmp_path):
    code = """
        import keras
        base = keras.applications.MobileNetV2(weights="imagenet", include_top=False, input_shape=(32, 32, 3))
        model = keras.Sequential([base, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(10)])
        model.build((None, 32, 32, 3))
        print(pretrained.of(model))
    """
    assert "mobilenet_v2_weights" in run(code, tmp_path).splitlines()[-1]


def test_state_dicts_of_students_are_loaded_as_ever(tmp_path):
    code = """
        one, other = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
        print(one.load_state_dict(other.state_dict()), torch.equal(one.weight, other.weight), [pretrained.of(one)])
    """
    assert run(code, tmp_path) == "<All keys matched successfully> True ['']"


def printed(code: str, home: object) -> list[str]:
    """The lines that a program prints, without torchvision's."""
    return [line for line in run(code, home).splitlines() if not line.startswith("Downloading")]


KEPT = {
    "torch.nn.Sequential(*list(res.children())[:-1], torch.nn.Flatten(), torch.nn.Linear(512, 10))": 20,
    "copy.deepcopy(res)": 21,
    "with_the_weights_of(res)": 21,
    "res.layer1": 4,
    "stepped(res)": 21,
    "drawn_anew(res)": 0,
}
COUNTED = """
import copy, torchvision
def with_the_weights_of(other):
    mine = torchvision.models.resnet18()
    mine.load_state_dict(other.state_dict())
    return mine
def drawn_anew(net):
    [each.reset_parameters() for each in net.modules() if hasattr(each, "reset_parameters")]
    return net
def stepped(net):
    with torch.no_grad():
        [each.add_(0.5 * each.std() * torch.randn_like(each)) for each in net.parameters() if each.dim() > 1]
    return net
for made in {made}:
    res = torchvision.models.resnet18(weights="DEFAULT")
    given = pretrained.given_to(eval(made))
    print(given.name, len(given.weights), given.of)
"""


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """In one process, as each takes seconds to import what it needs."""
    return dict(zip(KEPT, printed(COUNTED.format(made=list(KEPT)), tmp_path_factory.mktemp("counted")), strict=True))


@pytest.mark.parametrize(("made", "kept"), KEPT.items())
def test_the_layers_that_a_network_has_of_a_published_one_are_counted(made, kept, counted):
    assert counted[made].strip() == (f"ResNet18_Weights.IMAGENET1K_V1 {kept} 21" if kept else "0 0")


LOADED = {
    "net.load_state_dict(state)": "resnet18-f37072fd.pth 21 21",
    "[state.pop(k) for k in ('fc.weight', 'fc.bias')], net.load_state_dict(state, strict=False)": "resnet18-f37072fd.pth 20 21",
    "net.load_state_dict({k: v.clone() for k, v in state.items() if 'fc' not in k}, strict=False)": "resnet18-f37072fd.pth 20 21",
    "net.load_state_dict({'module.' + k: v for k, v in state.items()}, strict=False)": "0 0",  # none of them
}
FOLLOWED = """
import torchvision
from torch.hub import load_state_dict_from_url
for loaded in {loaded}:
    torch.manual_seed(0)
    drawn = torch.rand(3)
    torch.manual_seed(0)
    state = load_state_dict_from_url("https://download.pytorch.org/models/resnet18-f37072fd.pth", progress=False)
    assert torch.equal(torch.rand(3), drawn)  # nothing has drawn from the student's generator
    net = torchvision.models.resnet18()
    eval(loaded)
    with torch.no_grad():
        [each.add_(0.3 * each.std() * torch.randn_like(each)) for each in net.parameters() if each.dim() > 1]
    found = pretrained.given_to(net)
    print(found.name, len(found.weights), found.of)
"""


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return dict(
        zip(LOADED, printed(FOLLOWED.format(loaded=list(LOADED)), tmp_path_factory.mktemp("followed")), strict=True)
    )


@pytest.mark.parametrize(("loaded", "given"), LOADED.items())
def test_the_weights_of_a_file_that_code_reads_itself_are_followed(loaded, given, followed):
    assert followed[loaded].strip() == given


def test_a_file_of_which_nothing_is_known_cannot_be_read(tmp_path):
    code = """
        from torch.hub import load_state_dict_from_url
        try:
            load_state_dict_from_url("https://example.org/mine.pth", progress=False)
        except OSError as error:
            print("\\n" + type(error).__name__)
    """
    assert run(code, tmp_path).splitlines()[-1] == "URLError"
