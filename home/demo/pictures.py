"""The demo courses' drawings: few shapes, flat colours, made by Pillow when the demo is."""

from collections.abc import Callable
from io import BytesIO
from math import cos, radians, sin

from PIL import Image, ImageDraw, ImageFont

GREEN, DEEP, LEAF, WASH = "#0b6b55", "#084f3f", "#1f8a6d", "#d9ecd9"
MARIGOLD, AMBER, CREAM = "#f3b04c", "#b45f06", "#fdf0dc"
INDIGO, LILAC, MIST = "#3f4fb0", "#9aa5e6", "#e4e7f7"
INK, PAPER, EARTH, SAND = "#1b2422", "#fbfaf6", "#7a5a3a", "#e9dcc6"
CANVAS = (1600, 800)
SIZE = (1200, 600)

Canvas = ImageDraw.ImageDraw


def _plants(draw: Canvas) -> None:
    draw.ellipse((1140, 80, 1440, 380), fill=MARIGOLD)
    draw.ellipse((-300, 520, 900, 1500), fill=GREEN)
    draw.ellipse((500, 600, 2000, 1500), fill=DEEP)
    draw.line((460, 640, 460, 300), fill=DEEP, width=26)
    _leaf(draw, (460, 430), 205, LEAF)
    _leaf(draw, (460, 500), 325, LEAF)
    _leaf(draw, (460, 320), 270, GREEN)


def _leaf(draw: Canvas, stalk: tuple[int, int], angle: int, colour: str) -> None:
    """A leaf from its stalk on, pointing at `angle` degrees (0 is right, 270 is up)."""
    along, across = radians(angle), radians(angle + 90)
    outline = []
    for side in (1, -1):
        edge = [
            (
                stalk[0] + 280 * t * cos(along) + side * 85 * sin(3.1416 * t) * cos(across),
                stalk[1] + 280 * t * sin(along) + side * 85 * sin(3.1416 * t) * sin(across),
            )
            for t in (step / 20 for step in range(21))
        ]
        outline += edge[::side]
    draw.polygon(outline, fill=colour)


def _code(draw: Canvas) -> None:
    rows = [(0, 6, INDIGO), (1, 9, MARIGOLD), (1, 5, INDIGO), (2, 7, LILAC), (0, 4, INDIGO)]
    for number, (indent, length, colour) in enumerate(rows):
        top, left = 170 + number * 105, 300 + indent * 120
        draw.rounded_rectangle((left, top, left + length * 95, top + 52), 26, fill=colour)


def _money(draw: Canvas) -> None:
    for number, height in enumerate((180, 270, 340, 470)):
        left = 320 + number * 250
        draw.rounded_rectangle((left, 660 - height, left + 170, 660), 20, fill=AMBER)
    draw.line(
        ((290, 470), (620, 420), (900, 330), (1320, 130)), fill=GREEN, width=26, joint="curve"
    )
    draw.ellipse((1270, 80, 1370, 180), fill=MARIGOLD)


def _spectrum(draw: Canvas) -> None:
    bars = [
        ("#6b4fb3", 560), ("#3f63c4", 600), ("#2f9ac0", 360), ("#3ba66b", 110),
        ("#d9c23c", 150), ("#e08a3a", 330), ("#c8453b", 580),
    ]  # fmt: skip
    for number, (colour, height) in enumerate(bars):
        left = 130 + number * 196
        draw.rounded_rectangle((left, 700 - height, left + 150, 700), 16, fill=colour)
    draw.line((90, 702, 1510, 702), fill=INK, width=6)


def _root(draw: Canvas) -> None:
    """Side roots above, hairs behind the tip, the cap at its end."""
    draw.rectangle((0, 0, 1600, 130), fill=WASH)
    for step in range(40):
        y, reach = 430 + step * 5, 34 + 40 * sin(3.1416 * step / 40) + step % 3 * 12
        for side in (-1, 1):
            _strand(draw, [(800, y), (800 + side * reach / 2, y), (800 + side * reach, y + 16)], 3)
    for end in ((330, 400), (1240, 450), (560, 560), (1010, 610)):
        _strand(draw, [(800, end[1] - 230), ((800 + end[0]) / 2, end[1] - 150), end], 20)
    _strand(draw, [(800, 0), (812, 350), (800, 690)], 38)
    draw.ellipse((782, 640, 818, 716), fill=MARIGOLD)


def _strand(draw: Canvas, points: list[tuple[float, float]], radius: float) -> None:
    """A pale root along a curve from the first to the third point, thinner and thinner."""
    (x1, y1), (x2, y2), (x3, y3) = points
    for step in range(201):
        t = step / 200
        x = (1 - t) ** 2 * x1 + 2 * t * (1 - t) * x2 + t**2 * x3
        y = (1 - t) ** 2 * y1 + 2 * t * (1 - t) * y2 + t**2 * y3
        r = radius * (1 - 0.6 * t)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=PAPER)


def _rings(draw: Canvas) -> None:
    radius = 370
    widths = (34, 36, 30, 12, 38, 36, 34, 11, 34, 36, 30)
    for number, width in enumerate(widths):
        colour = SAND if number % 2 else "#d8c29c"
        draw.ellipse((800 - radius, 400 - radius, 800 + radius, 400 + radius), fill=colour)
        draw.ellipse(
            (800 - radius, 400 - radius, 800 + radius, 400 + radius), outline=EARTH, width=6
        )
        radius -= width


def _flower(draw: Canvas) -> None:
    draw.line((800, 800, 800, 470), fill=GREEN, width=40)
    for angle in (200, 235, 305, 340):
        x, y = 800 + 320 * cos(radians(angle)), 420 + 300 * sin(radians(angle))
        draw.line((800, 480, x, y), fill="#c9568a", width=150)
        draw.ellipse((x - 75, y - 75, x + 75, y + 75), fill="#c9568a")
    for offset in (-130, 130):
        draw.line((800 + offset / 3, 480, 800 + offset, 210), fill=MARIGOLD, width=14)
        draw.ellipse((770 + offset, 170, 830 + offset, 240), fill=AMBER)
    draw.ellipse((730, 400, 870, 600), fill=LEAF)
    draw.line((800, 420, 800, 170), fill=LEAF, width=30)
    draw.ellipse((765, 140, 835, 195), fill=DEEP)


def _snowball(draw: Canvas) -> None:
    for number in range(6):
        height = 100 * 1.06 ** (6 * number)
        left = 170 + number * 220
        draw.rounded_rectangle((left, 700 - height, left + 150, 700), 16, fill=GREEN)
    draw.line((120, 702, 1490, 702), fill=INK, width=6)


DRAWINGS: dict[str, tuple[str, Callable[[Canvas], None]]] = {
    "plants": (WASH, _plants),
    "code": (MIST, _code),
    "money": (CREAM, _money),
    "spectrum": (PAPER, _spectrum),
    "root": (EARTH, _root),
    "rings": (WASH, _rings),
    "flower": (CREAM, _flower),
    "snowball": (PAPER, _snowball),
}


def draw_picture(name: str) -> tuple[bytes, tuple[int, int]]:
    """A PNG and its size in pixels. Raises `KeyError` for a drawing that does not exist.

    Drawn larger than it is kept: that makes its edges smooth.
    """
    ground, paint = DRAWINGS[name]
    image = Image.new("RGB", CANVAS, ground)
    paint(ImageDraw.Draw(image))
    return _bytes(image.resize(SIZE, Image.Resampling.LANCZOS), "PNG"), SIZE


def draw_sheet(title: str, lines: list[str]) -> bytes:
    """A one-page A4 work sheet as PDF: a title, and lines to write on under each heading."""
    sheet = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(sheet)
    draw.text((110, 110), title, fill=DEEP, font=ImageFont.load_default(size=56))
    for number, line in enumerate(lines):
        top = 290 + number * 330
        draw.text((110, top), line, fill=INK, font=ImageFont.load_default(size=30))
        for rule in range(1, 4):
            draw.line(
                (110, top + 50 + rule * 62, 1130, top + 50 + rule * 62), fill="#c9c4b6", width=2
            )
    return _bytes(sheet, "PDF")


def _bytes(image: Image.Image, kind: str) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format=kind)
    return buffer.getvalue()
