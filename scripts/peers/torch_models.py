"""The models in PyTorch, with torchvision's tensor names: batch norm in evaluation mode, average pooling, a linear head,
unit embeddings. What the peer trains and what the fixtures are made of."""
import torch.nn.functional as F
from torch import nn


class Frozen(nn.BatchNorm2d):
    """Batch norm that keeps its statistics; its weight and bias are trained."""

    def train(self, mode=True):
        return super().train(False)


def normed(inputs, channels, window, stride=1, groups=1, activation=None):
    convolution = nn.Conv2d(inputs, channels, window, stride, (window - 1) // 2, groups=groups, bias=False)
    return nn.Sequential(convolution, Frozen(channels), *([activation] if activation else []))


class Block(nn.Module):
    """ResNet's: two 3x3, or 1x1, 3x3 and a 1x1 of four times the channels."""

    def __init__(self, inputs, channels, stride, bottleneck):
        super().__init__()
        outputs = channels * (4 if bottleneck else 1)
        plan = [(channels, 1, 1), (channels, 3, stride), (outputs, 1, 1)] if bottleneck else [(channels, 3, stride), (channels, 3, 1)]
        self.count, previous = len(plan), inputs
        for i, (width, window, step) in enumerate(plan, 1):
            setattr(self, f"conv{i}", nn.Conv2d(previous, width, window, step, (window - 1) // 2, bias=False))
            setattr(self, f"bn{i}", Frozen(width))
            previous = width
        self.downsample = normed(inputs, outputs, 1, stride) if stride > 1 or inputs != outputs else None

    def forward(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            if i < self.count:
                y = F.relu(y)
        return F.relu(y + (self.downsample(x) if self.downsample else x))


class ResNet(nn.Module):
    def __init__(self, blocks, bottleneck):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), Frozen(64)
        inputs = 64
        for stage, count in enumerate(blocks):
            channels, layers = 64 << stage, []
            for block in range(count):
                layers.append(Block(inputs, channels, 2 if stage and not block else 1, bottleneck))
                inputs = channels * (4 if bottleneck else 1)
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
        self.width = inputs

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))


class InvertedResidual(nn.Module):
    def __init__(self, inputs, channels, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        layers = [normed(inputs, hidden, 1, activation=nn.ReLU6())] if expansion > 1 else []
        layers.append(normed(hidden, hidden, 3, stride, hidden, nn.ReLU6()))
        layers += [nn.Conv2d(hidden, channels, 1, bias=False), Frozen(channels)]
        self.conv = nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == channels

    def forward(self, x):
        return x + self.conv(x) if self.residual else self.conv(x)


class MobileNetV2(nn.Module):
    width = 1280

    def __init__(self):
        super().__init__()
        layers, inputs = [normed(3, 32, 3, 2, activation=nn.ReLU6())], 32
        for expansion, channels, blocks, stride in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
            for block in range(blocks):
                layers.append(InvertedResidual(inputs, channels, 1 if block else stride, expansion))
                inputs = channels
        layers.append(normed(320, 1280, 1, activation=nn.ReLU6()))
        self.features = nn.Sequential(*layers)

    def forward(self, x):
        return self.features(x)


class Conv4(nn.Module):
    """Four 3x3 convolutions with per-sample normalization between them."""

    width = 64

    def __init__(self):
        super().__init__()
        convolution = lambda inputs: nn.ModuleDict({"conv": nn.Conv2d(inputs, 64, 3, padding=1)})
        self.blocks = nn.ModuleList([convolution(3 if block == 0 else 64) for block in range(4)])

    def forward(self, x):
        for number, block in enumerate(self.blocks):
            x = F.max_pool2d(F.relu(block["conv"](x)), 2, ceil_mode=True)
            if number < 3:
                x = F.layer_norm(x, x.shape[1:], eps=1e-5)
        return x


class Embedding(nn.Module):
    def __init__(self, trunk, dim):
        super().__init__()
        self.trunk, self.head = trunk, nn.Linear(trunk.width, dim)

    def forward(self, x):
        return F.normalize(self.head(self.trunk(x).mean((2, 3))))


TRUNKS = {
    "conv4": Conv4,
    "mobilenet_v2": MobileNetV2,
    "resnet18": lambda: ResNet([2, 2, 2, 2], False),
    "resnet34": lambda: ResNet([3, 4, 6, 3], False),
    "resnet50": lambda: ResNet([3, 4, 6, 3], True),
}


def create(name, dim):
    return Embedding(TRUNKS[name](), dim)
