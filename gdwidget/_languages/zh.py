"""What is said in Chinese, by the English of it, with {} where something is put in."""

from __future__ import annotations

SENTENCES = {
    # a page's own
    "This file is cut off or damaged: its widget cannot be shown. What it showed when it was made "
    "stands below.": "这个文件被截断或损坏了：其中的部件无法显示。下面是它生成时显示的内容。",
    "The widget needs JavaScript, which is switched off here, or forbidden by a security policy "
    "(script-src without 'unsafe-inline'). What it showed when it was made stands below.": (
        "这个部件需要 JavaScript，而它在这里被关闭，或被安全策略禁止"
        "（script-src 中没有 'unsafe-inline'）。下面是它生成时显示的内容。"
    ),
    "Gradient descent: {}": "梯度下降：{}",
    "Gradient descent on {}, {}; step {} of {}: {} = {}, loss {}.": (
        "对 {} 做梯度下降，{}；第 {} 步（共 {} 步）：{} = {}，损失 {}。"
    ),
    # what sets runs apart
    ", ": "，",
    "custom optimizer": "自定义优化器",
    "single samples": "单个样本",
    "batches of {}": "每批 {} 个",
    "from step {}": "从第 {} 步起",
    "learning rate {}": "学习率 {}",
    "learning rate {}, then {}": "学习率 {}，后来 {}",
    "learning rate {} ({})": "学习率 {}（{}）",
}
"""The translations; in another order the parts are numbered from {0}."""
