"""What is said in Chinese, by the English of it, with {} where something is put in.

Where Chinese has the parts in another order they are numbered, from {0}.
"""

from __future__ import annotations

_PAGES = {
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
}

_RUNS = {
    ", ": "，",
    " and ": " 和 ",
    "custom optimizer": "自定义优化器",
    "single samples": "单个样本",
    "batches of {}": "每批 {} 个",
    "from step {}": "从第 {} 步起",
    "recorded elsewhere": "在别处记录",
    "learning rate {}": "学习率 {}",
    "learning rate {}, then {}": "学习率 {}，后来 {}",
    "learning rate {} ({})": "学习率 {}（{}）",
}

_RESULTS = {
    "The loss is not finite here.": "这里的损失不是有限的数。",
    "{0} % of the single samples would lead uphill.": "所有单个样本中，有 {0} % 会走向上坡。",
    "{0} % of {1} single samples, chosen by the seed, would lead uphill.": (
        "按种子选出的 {1} 个单个样本中，有 {0} % 会走向上坡。"
    ),
    "{0} % of all batches of {2} would lead uphill.": (
        "所有每批 {2} 个样本的批中，有 {0} % 会走向上坡。"
    ),
    "{0} % of {1} batches of {2}, chosen by the seed, would lead uphill.": (
        "按种子选出的 {1} 个每批 {2} 个样本的批中，有 {0} % 会走向上坡。"
    ),
    "steps": "步数",
    "loss": "损失",
    "steps until {}": "损失降到 {} 的步数",
    "verdict": "结果",
    "all": "全部",
    "diverged": "发散",
    "converged": "收敛",
    "rising": "上升",
    "falling": "下降",
}

_QUESTIONS = {
    "1 step": "1 步",
    "{} steps": "{} 步",
    "Where will {0} be after the next step?": "走完下一步，{0} 会在哪里？",
    "Where will {0} be after {1}?": "走完 {1}，{0} 会在哪里？",
    "Where will {0} be at the end of the run, after {1}?": "运行结束时（{1}后），{0} 会在哪里？",
    "What will become of the run in {1}?": "这次运行在 {1}之内会怎样？",
    "Find a learning rate with which the loss is {} or less within {}.": (
        "找一个学习率，使损失在 {1}之内降到 {0} 或更低。"
    ),
    "After how many steps will the loss be {} or less?": "走多少步之后，损失会降到 {} 或更低？",
    "It comes to rest without jumping from side to side.": "它停下来，途中没有左右跳动。",
    "It jumps from side to side.": "它左右跳动。",
    "It diverges: the loss grows.": "它发散：损失越来越大。",
    "It is still on its way.": "它还在途中。",
    "The step goes against the gradient: downhill, not uphill.": (
        "步子的方向与梯度相反：走下坡，而不是上坡。"
    ),
    "The gradient lies in the plane of the parameters, not on the surface of the loss.": (
        "梯度在参数平面内，而不在损失的曲面上。"
    ),
    "The gradient shows the steepest way from here; only in one dimension that is the way to the "
    "minimum.": "梯度指出从这里出发最陡的方向；只有在一维时，那才是通往极小点的方向。",
    "A step is the learning rate times the gradient: where the gradient becomes smaller, so do the "
    "steps.": "一步等于学习率乘以梯度：梯度变小，步子也变小。",
    "A smaller rate is not always better: too small, and the run does not arrive.": (
        "学习率并不是越小越好：太小的话，运行结束时还没有走到。"
    ),
    "Nothing rolls: each step knows only the gradient where it is, and has no speed.": (
        "没有东西在滚动：每一步只知道所在之处的梯度，没有速度。"
    ),
    "The loss may rise in a step and still fall in the long run.": (
        "损失可以在某一步上升，而长远来看仍在下降。"
    ),
    "The loss of a batch is not the loss on all data.": "一批的损失不是全部数据的损失。",
    "Where the gradient is 0 no step moves: that can be a hilltop or a saddle.": (
        "梯度为 0 的地方不再移动：那也可能是山顶或鞍点。"
    ),
    "Momentum can help, or overshoot and take longer.": "动量可能有帮助，也可能走过头而用得更久。",
    "What a rate does depends on the optimizer: Adam's first step is as long as the rate, whatever "
    "the gradient.": ("学习率的作用取决于优化器：无论梯度多大，Adam 的第一步都与学习率一样长。"),
    "The algorithm knows the loss only where it has evaluated it.": "算法只知道它算过之处的损失。",
    "In networks saddles and plateaus hold a run up, rather than local minima.": (
        "在神经网络中，拖住运行的是鞍点和平台，而不是局部极小。"
    ),
    "{} waits until question {} is answered: {}": "{} 要等到问题 {} 得到回答：{}",
    "w.answer(...) commits to an answer, w.answer(None) says that you do not know": (
        "w.answer(...) 提交回答，w.answer(None) 表示你不知道"
    ),
    "another setting": "改变设置",
    "what is measured": "测量",
}

_DIVERGENCE = {
    "The loss has not grown: it is least at step {}.": "损失没有变大：它在第 {} 步最小。",
    "No limit is known for {}.": "{} 的学习率上限未知。",
    "this optimizer": "这个优化器",
    "The curvature cannot be measured there.": "那里无法测量曲率。",
    "{}: it sets no limit there, and does not explain this.": (
        "{}：那里的曲率不限制学习率，不能解释这一点。"
    ),
    "{} is below the limit {} of {} with {}: the curvature there does not explain this.": (
        "{3}，此时 {2} 的上限是 {1}，而学习率 {0} 低于它：那里的曲率不能解释这一点。"
    ),
    "{} is above the limit {} of {} with {}.": (
        "{3}，此时 {2} 的上限是 {1}，而学习率 {0} 高于它。"
    ),
    "{}. Each step multiplies the distance from the minimum by {}{}.": (
        "{}。每一步都使到极小点的距离乘以 {}{}。"
    ),
    "{}. Each step multiplies the distance from the minimum along it by {}{}.": (
        "{}。每一步都使到极小点的距离在这个方向上乘以 {}{}。"
    ),
    "; measured on batches {}": "；在各批上测得 {}",
    "The step after step {} was recorded elsewhere: its learning rate is not known.": (
        "第 {} 步之后的一步是在别处记录的：它的学习率并不知道。"
    ),
    "; measured {}": "；测得 {}",
    "; measured {}, for the curvature changes on the way": "；测得 {}，因为曲率在途中会变",
    " along {}": "，沿 {} 方向",
    " mostly along {}": "，主要沿 {} 方向",
    " at step {}": "，第 {} 步",
    ", in {}'s own units": "，以 {} 自己的单位计",
    ", on all data": "，对全部数据",
}

PORTABLE = {
    "A run was recorded elsewhere: a page goes on only where it can take all steps again.": (
        "有一次运行是在别处记录的：页面只有在能重走所有各步时才能继续。"
    ),
    "The data come as a stream, of which a page has only what was recorded.": (
        "数据以流的形式给出，页面只有其中已记录的部分。"
    ),
    "Data and parameters are {} numbers; up to {} travel with a page.": (
        "数据和参数共有 {} 个数；随页面携带的最多 {} 个。"
    ),
    "Data and parameters are {} numbers, and the programs hold {} more, such as those that the "
    "loss closes over; up to {} travel with a page.": (
        "数据和参数共有 {} 个数，程序中还有 {} 个，例如损失函数引用的数；随页面携带的最多 {} 个。"
    ),
    "In {}: tracing it raised {}: {}": "在 {} 中：追踪时引发了 {}：{}",
    "In {}: {}": "在 {} 中：{}",
}
"""Why a page cannot compute; it is made of parts, of which pages translate the same ones."""

_ERRORS = {
    "{}: got {}; accepted: {}": "{}：得到 {}；可以接受：{}",
    "; {}": "；{}",
    "unknown keyword {}; accepted: {}{}": "没有名为 {} 的参数；可以接受：{}{}",
    "did you mean {}?": "是不是 {}？",
    "the learning rate is learning_rate": "学习率是 learning_rate",
    "the size of a batch is batch_size": "批的大小是 batch_size",
    "parameters follow the loss without a name, as in GDWidget(loss, 8.0); w.reset(W=5.0) starts "
    "from another W": (
        "参数直接写在损失函数之后，不带名字，如 GDWidget(loss, 8.0)；w.reset(W=5.0) 从另一个 W 开始"
    ),
    "run_steps is what Run takes, and w.step(n) takes n steps": (
        "run_steps 是一次运行的步数，w.step(n) 走 n 步"
    ),
    "data are given as GDWidget(loss, 8.0, data=(x, y))": (
        "数据这样给出：GDWidget(loss, 8.0, data=(x, y))"
    ),
    "the model is GDWidget(loss, 8.0, predict=model)": (
        "模型这样给出：GDWidget(loss, 8.0, predict=model)"
    ),
    "w.reset(W=5.0) starts from another W": "w.reset(W=5.0) 从另一个 W 开始",
    "w.goto(3) looks at step 3": "w.goto(3) 查看第 3 步",
    "jax.config.update('jax_default_device', ...) chooses the device before a widget is made; "
    "exact=True has steps computed on the CPU, exact=False not": (
        "jax.config.update('jax_default_device', ...) 在创建部件之前选择设备；"
        "exact=True 让每一步在 CPU 上计算，exact=False 则不然"
    ),
    "there is no {}": "没有 {}",
    "w.reset({}=...) starts from another {}": "w.reset({}=...) 从另一个 {} 开始",
    "it is given when the widget is made: GDWidget(..., {}=...)": (
        "它在创建部件时给出：GDWidget(..., {}=...)"
    ),
    "{} cannot be set; {}": "不能设置 {}；{}",
    "{} is read only; {}": "{} 是只读的；{}",
    "{} is a method, to be called: w.{}(...)": "{} 是方法，要这样调用：w.{}(...)",
    # numbers
    "a number": "一个数",
    "a loss": "一个损失值",
    "a number above 0": "大于 0 的数",
    "a whole number of at least 1": "不小于 1 的整数",
    "a whole number from {} to {}": "{} 到 {} 之间的整数",
    "a whole number from 0 to {} ({}), or a tuple of them": (
        "0 到 {} 之间的整数（{}），或者由它们组成的元组"
    ),
    "a number from {} to {}": "{} 到 {} 之间的数",
    "a number from {} to {}; 1 is as usual": "{} 到 {} 之间的数；1 是通常大小",
    "a finite number within float32 (at most 3.4e38 in size)": (
        "float32 范围内的有限的数（绝对值不超过 3.4e38）"
    ),
    "a number above 0 within float32 (1.2e-38 to 3.4e38)": (
        "float32 范围内大于 0 的数（1.2e-38 到 3.4e38）"
    ),
    "a number above 0, or a schedule: a function of the step": (
        "大于 0 的数，或者调度：一个关于步数的函数"
    ),
    "called with a learning rate it returns {}": "以学习率调用时，它返回 {}",
    "called with a learning rate it raised {}: {}": "以学习率调用时，它引发了 {}：{}",
    "a number below high ({})": "小于 high（{}）的数",
    "a pair of numbers, the lower one first": "一对数，小的在前",
    "four finite numbers: low x, high x, low y, high y, each low below its high": (
        "四个有限的数：low x、high x、low y、high y，每个 low 小于对应的 high"
    ),
    "True or False": "True 或 False",
    "true or false": "true 或 false",
    "True, False or None": "True、False 或 None",
    "None": "None",
    # names and lists
    "one of {}": "以下之一：{}",
    "one of {}, or nothing": "以下之一：{}，或者不给",
    "one of {}, or None for that of the page": "以下之一：{}，或 None，即页面的语言",
    "one of {}, or an optax.GradientTransformation": (
        "以下之一：{}，或一个 optax.GradientTransformation"
    ),
    "one of {}, with a list of values": "以下之一：{}，并给出一列值",
    "None for all, or one or more of {}": "None 表示全部，或者以下的一个或几个：{}",
    "None or a list of different names among {}": "None，或以下名字中互不相同的一列：{}",
    "a list of {} to {} values": "{} 到 {} 个值的列表",
    "exactly {}": "恰好 {}",
    "values of which no two are the same": "互不相同的值",
    "at least one value": "至少一个值",
    "a text": "文本",
    "a text or None": "文本或 None",
    "a text, or a list of texts": "文本，或文本的列表",
    "a text of at most {} characters": "不超过 {} 个字符的文本",
    "a text that UTF-8 can hold": "UTF-8 能表示的文本",
    "a name, or nothing": "一个名字，或者不给",
    "a name of at most {} characters, in one line": "不超过 {} 个字符的名字，写在一行内",
    "different names": "互不相同的名字",
    "at most {}": "不超过 {}",
    "an ipywidgets.Layout, or a dict of its values, such as {'width': '50%'}": (
        "一个 ipywidgets.Layout，或由它的值组成的字典，例如 {'width': '50%'}"
    ),
    "a list of problems with different names, such as [problems.line()]": (
        "名字互不相同的问题的列表，例如 [problems.line()]"
    ),
    "a tuple of at most {} layer sizes, such as (8, 8)": "最多 {} 个层大小的元组，例如 (8, 8)",
    # the loss, its parameters and its start
    "a function loss(*params, *data)": "函数 loss(*params, *data)",
    "a function loss(params, *data)": "函数 loss(params, *data)",
    "an optax.GradientTransformation, such as optax.adam(1e-3)": (
        "optax.GradientTransformation，例如 optax.adam(1e-3)"
    ),
    "an array of shape (steps, ...), or a list of parameters, at least one": (
        "形状为 (steps, ...) 的数组，或参数的列表，至少一个"
    ),
    "all data at once: each recorded point is evaluated on them": (
        "一次给出全部数据：每个记录的点都在这些数据上计算"
    ),
    "{} numbers, those that learn": "{} 个数，即学习的那些",
    "one loop: the recorded optimizer may not be under jax.vmap": (
        "一个循环：被记录的优化器不能在 jax.vmap 之中"
    ),
    "a loop that calls both of the recorded optimizer, inside of the with": (
        "在 with 之内调用被记录的优化器的这两个函数的循环"
    ),
    "nothing here; a new run may have it later": "这里什么也不给；以后新的运行可以有它",
    "numbers, arrays, or what numpy can make an array of": "数、数组，或 numpy 能变成数组的东西",
    "a path that begins where loss and gradient are finite": "从损失和梯度都有限的地方开始的路径",
    "one loop at a time; each may have a recorder of its own": (
        "一次一个循环；每个循环可以有自己的记录器"
    ),
    "the parameters, as in update(gradient, opt_state, params)": (
        "参数，如 update(gradient, opt_state, params)"
    ),
    "what init returned of the optimizer that is recorded": "被记录的优化器的 init 返回的东西",
    "shapes {}, as at init; another model needs init once more": (
        "形状 {}，与 init 时相同；另一个模型需要再次 init"
    ),
    "a function predict(*params, inputs)": "函数 predict(*params, inputs)",
    "a function callback(state)": "函数 callback(state)",
    "a function with a signature": "有签名的函数",
    "a function that jax can differentiate and that returns one float": (
        "jax 能求导、返回一个浮点数的函数"
    ),
    "it raised {}{}": "它引发了 {}{}",
    "it raised {}: {}": "它引发了 {}：{}",
    "it returns shape {}, no scalar": "它返回形状 {}，不是标量",
    "it returns {}": "它返回 {}",
    "its gradient raised {}{}": "它的梯度引发了 {}{}",
    "it asks for numbers of 64 bits": "它要求 64 位的数",
    "it returns {}; with has_aux=True a loss returns (loss, aux)": (
        "它返回 {}；has_aux=True 时损失函数返回 (loss, aux)"
    ),
    "names other than the trajectory's columns ({})": "轨迹的列名（{}）以外的名字",
    "one value for each argument of {}: parameters first, then data": (
        "{} 的每个参数一个值：先是要学习的参数，然后是数据"
    ),
    "parameters with at least one number that learns": "至少含有一个要学习的数的参数",
    "nothing, for the problem has it already": "什么也不给，因为问题已经有它",
    "nothing beside problems, which bring their own": "有 problems 时不给它，它们自带这一项",
    "nothing beside a schedule as learning_rate": "learning_rate 是调度时不给它",
    "nothing with an optimizer that takes no learning rate": "优化器不接受学习率时不给它",
    "nothing for {}": "对 {} 不给它",
    "an array with one row a sample": "每个样本一行的数组",
    "an array of numbers": "数的数组",
    "an array of real numbers": "实数的数组",
    "arrays of finite floats within float32": "float32 范围内有限浮点数的数组",
    "numbers, arrays or pytrees of them": "数、数组，或由它们组成的 pytree",
    "it is {} {}, no float": "它是 {} {}，不是浮点数",
    "a float, or hold it in a parameter of its own, beside those that learn": (
        "浮点数；或者把它放进单独的、不学习的参数"
    ),
    "its parameters, state.params, with optimizer=state.tx": (
        "它的参数 state.params，并给出 optimizer=state.tx"
    ),
    "it holds an optimizer's memory as well": "它还含有优化器的记忆",
    "shapes {}, as at the start": "形状 {}，与起点一样",
    "what has the same beside its floats; a new widget can have others": (
        "除浮点数以外都相同的值；要用别的，请创建新的部件"
    ),
    "a start where the loss and its gradient are finite": "损失和梯度都是有限数的起点",
    "the loss raised {} there: {}": "损失函数在那里引发了 {}：{}",
    "loss {}, gradient {} there": "那里的损失是 {}，梯度是 {}",
    # data and batches
    "a tuple of arrays with one row a sample, such as (xs, ys), a dict of such arrays, or batches: "
    "a list of tuples or dicts, a data loader, a generator": (
        "每个样本一行的数组的元组，例如 (xs, ys)；这样的数组的字典；"
        "或者各批数据：元组或字典的列表、数据加载器、生成器"
    ),
    "a tuple of arrays with one row a sample, such as (xs, ys)": (
        "每个样本一行的数组的元组，例如 (xs, ys)"
    ),
    "arrays of one length, at least 1": "长度相同且不小于 1 的数组",
    "finite numbers within float32 only, no NaN and no inf": (
        "float32 范围内有限的数，没有 NaN，也没有 inf"
    ),
    "whole numbers within int32": "int32 范围内的整数",
    "column {} is {}": "{} 列的类型是 {}",
    "columns of numbers": "由数组成的列",
    "arrays on {}": "位于 {} 上的数组",
    "arrays on one device, or spread over several by a jax.sharding.Sharding": (
        "位于同一设备上的数组，或者由 jax.sharding.Sharding 分布到多个设备上"
    ),
    "False where jax has no CPU, as with JAX_PLATFORMS=cuda; cuda,cpu has one": (
        "jax 没有 CPU 时（如 JAX_PLATFORMS=cuda）为 False；cuda,cpu 则有 CPU"
    ),
    "an iterable of batches": "各批数据的可迭代对象",
    "an iterable with at least one batch": "至少含有一批的可迭代对象",
    "an iterable that can be started again, or has a further batch": (
        "可以重新开始，或者还有下一批的可迭代对象"
    ),
    "it is empty": "它是空的",
    "a loss that takes either one argument after its parameters, the whole tuple, or as many as "
    "the tuple has, without defaults": (
        "损失函数在参数之后，要么接受一个参数（整个元组），要么接受与元组一样多的参数，没有默认值"
    ),
    "it can be spread over {} arguments, or be the first of them": (
        "它可以分给 {} 个参数，也可以作为其中第一个"
    ),
    "a tuple of columns, such as tuple(zip(*samples)), or a list of batches": (
        "列的元组，例如 tuple(zip(*samples))，或者各批的列表"
    ),
    "a tuple (xs, ys) where these are the data; a list has batches, each a tuple or a dict: "
    "[(x1, y1), (x2, y2)]": (
        "如果这些就是数据，用元组 (xs, ys)；列表表示各批，每批是元组或字典：[(x1, y1), (x2, y2)]"
    ),
    "it is a list of samples": "它是样本的列表",
    "it is a list of arrays": "它是数组的列表",
    "a stream brings its own batches": "数据流自带各批",
    "there is no data": "没有数据",
    "data given whole: the batches of a stream cannot be read twice": (
        "整体给出的数据：数据流的各批不能读两次"
    ),
    "data to choose samples from, given as a whole": "可以从中选样本的、整体给出的数据",
    "a problem of which at least two numbers learn": "至少有两个数要学习的问题",
    "another number than x": "与 x 不同的数",
    # optimizers and schedules
    "an optimizer that can make an update of these parameters": "能更新这些参数的优化器",
    "what it remembers changes its shapes, types or structure in an update": (
        "它的记忆在更新时改变了形状、类型或结构"
    ),
    "it takes the gradient of every single sample, and there is one of all": (
        "它要每个样本的梯度，而这里只有全部样本的梯度"
    ),
    "the parameters have the shapes {}, its updates {}": "参数的形状是 {}，它的更新的形状是 {}",
    "a schedule that returns finite numbers, 0 or more": "返回不小于 0 的有限数的调度",
    "{} at step {}": "第 {1} 步是 {0}",
    # what was recorded
    "a step whose state is kept: the batches of a stream cannot be read again": (
        "保留了状态的步：数据流的各批不能再读"
    ),
    "the newest step: of earlier batches only the numbers of aux are kept": (
        "最新的一步：以前各批只保留了 aux 中的数"
    ),
    # files
    "a file in a folder that exists": "位于已有文件夹中的文件",
    "a file in a folder that exists and may be written to": "位于已有且可写的文件夹中的文件",
    "it is a folder": "它是文件夹",
    "there is no folder {}": "没有文件夹 {}",
    "it is no ordinary file": "它不是普通文件",
    "it is read-only": "它是只读的",
    "one that is open: write it before close()": "没有关闭的部件：在 close() 之前写出",
    "a folder with what was handed in": "存放所交内容的文件夹",
    "a file of receipts, or one that is not there yet": "回执文件，或尚不存在的文件",
    "a Python file in which `questions` is a list of questions or a Quiz, or a notebook with "
    "cells tagged {} in which widgets ask them": (
        "一个 Python 文件，其中 `questions` 是问题的列表或 Quiz；"
        "或一个笔记本，其中带标签 {} 的单元格里有部件提问"
    ),
    "it defines no `{}`": "其中没有定义 `{}`",
    # questions
    "a list of names": "名字的列表",
    "a widget with questions: GDWidget(questions=[...])": (
        "有问题的部件：GDWidget(questions=[...])"
    ),
    "nothing beside a Quiz, which has its own": "有 Quiz 时不给它，Quiz 自带这一项",
    "nothing without questions": "没有问题时不给它",
    "w.ask(1) before": "先用 w.ask(1)",
    "the same name once a question is answered": "回答过问题之后，名字不能再变",
    "0, 1 or 2, or None: what explains it is the argument text": (
        "0、1、2 或 None：说明文字由参数 text 给出"
    ),
    "questions about what the widget minimises, or may choose from": (
        "关于这个部件所最小化的、或可供选择的问题的提问"
    ),
    "the one that is posed": "正在问的那个问题",
    "one that is not answered yet": "还没有回答的问题",
    "a question": "一个问题",
    "the name of one": "优化器的名字",
    "a gdwidget.Problem, or a list of them": "gdwidget.Problem，或它们的列表",
    "one or two names": "一个或两个名字",
    "2 to {} texts": "2 到 {} 个文本",
    "texts that differ": "互不相同的文本",
    "an answer to compare with": "供对照的答案",
    "a mapping, such as {1.8: 'rate_is_length'}": "映射，例如 {1.8: 'rate_is_length'}",
    "a list of questions, such as [gdwidget.Prediction('next_step')]": (
        "问题的列表，例如 [gdwidget.Prediction('next_step')]"
    ),
    "a function truth(timeline): what is right is found by a run": (
        "函数 truth(timeline)：正确答案由一次运行得出"
    ),
    "problems in which numbers of the same names learn": "要学习的数名字相同的问题",
    "a problem that can be run again: a stream cannot": "可以重新运行的问题：数据流不能",
    "{} numbers for question {}": "问题 {1} 的 {0} 个数",
    "{} numbers, as are asked for": "{} 个数，与所问的一样多",
    "the index of one of {} options": "{} 个选项之一的序号",
    "one problem, made once, for all questions about it": (
        "关于同一问题的所有提问，共用一个创建一次的问题"
    ),
    "0 to {}": "0 到 {}",
    "{}, which is asked": "所问的 {}",
    "a function that returns one of {}": "返回以下之一的函数：{}",
    "a function that returns a finite number": "返回有限数的函数",
    "one that does not, or the question for its fate": "不发散的运行，或者改问它的结局",
    "a loss that some learning rate from 1e-5 to 100 reaches in so many steps": (
        "在这么多步之内，1e-5 到 100 之间某个学习率能达到的损失"
    ),
    "none does within {}": "{} 之内没有学习率能达到",
    # what a page asks
    "nothing from a page": "不能由页面设置",
    "at most {} pages": "最多 {} 个页面",
    "an object with a kind": "带有 kind 的对象",
    "an object with at most {} entries": "最多 {} 项的对象",
    "a list of at most {} numbers": "最多 {} 个数的列表",
    "null, or {}": "null，或者 {}",
    "a number above 0: width by height of the plot": "大于 0 的数：图的宽与高之比",
    "none": "没有",
    "no other fields": "没有其他字段",
    "short texts as keys": "短文本作为键",
    "run numbers as keys": "运行编号作为键",
    "this field, which must be there": "这个必须有的字段",
    # scripts
    "arrays, which a script can hold": "脚本能容纳的数组",
    "a function that computes what it did when the run began": ("与运行开始时计算相同内容的函数"),
    "what can be written with numpy, jax and optax": "能用 numpy、jax 和 optax 写出的内容",
    "a name, or a function that makes one from a learning rate": (
        "一个名字，或由学习率生成优化器的函数"
    ),
    "one that was handed in ready-made does not tell how it was made": (
        "直接传入的优化器没有说明它是怎样生成的"
    ),
    "one that steps the parameters themselves": "直接更新参数本身的优化器",
    "optax.lookahead wants them twice, fast and slow": "optax.lookahead 需要快、慢两份参数",
    "one that needs gradient and loss only": "只需要梯度和损失的优化器",
    "with no more it raised {}: {}": "只有这些时，它引发了 {}：{}",
    "written out it gives {} at the start, not {}": "写出之后，它在起点给出 {}，而不是 {}",
    "written out it raised {}: {}": "写出之后，它引发了 {}：{}",
    "a loss of float32": "float32 的损失",
    "it is {}": "它是 {}",
}

SENTENCES = {**_PAGES, **_RUNS, **_RESULTS, **_QUESTIONS, **_DIVERGENCE, **PORTABLE, **_ERRORS}
"""The translations."""
