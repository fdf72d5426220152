"""The vocabulary of the metrics: every column's type, symbol, unit and meaning, written once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """Type, symbol in the lecture, unit (`1` for pure numbers) and meaning of a metrics column; digits that are kept.

    Further digits than seven differ between processors; what is only drawn, neuron by neuron, needs five.
    """

    type: pa.DataType
    symbol: str
    unit: str
    description: str
    digits: int = 7


_F, _I, _S = pa.float64(), pa.int64(), pa.string()
_SEEDS = pa.list_(pa.float64())

COLUMNS: dict[str, Column] = {
    # layout of a figure
    "panel": Column(_S, "", "", "panel of the figure the row belongs to"),
    "series": Column(_S, "", "", "curve, point set or map the row belongs to"),
    "label": Column(_S, "", "", "text drawn at the point"),
    # coordinates of an experiment
    "m": Column(_I, "m", "neurons", "width of the hidden layer"),
    "gamma": Column(_F, "γ", "1", "-log(beta1 beta2 / alpha) / log m"),
    "gamma_prime": Column(_F, "γ'", "1", "-log(beta1 / beta2) / log m"),
    "gamma_zero": Column(
        _F, "γ", "1", "gamma where the slope of the row's layer is zero in theory, at the row's gamma'"
    ),
    "log_m_beta2": Column(_F, "log_m β2", "1", "exponent of the input weights' standard deviation, beta2 = m^value"),
    "gamma2": Column(_F, "γ2", "1", "-log(beta2 / beta1) / log m of a three-layer network, beta3 = beta1"),
    "gamma3": Column(_F, "γ3", "1", "-log(beta1 beta2 beta3 / alpha) / log m of a three-layer network"),
    "layer": Column(_I, "", "", "hidden layer, 1 next to the input"),
    "scaled_distance": Column(_F, "(γ - γ_c) ln m", "1", "distance from the phase boundary as a width m resolves it"),
    "time": Column(_F, "t", "1", "learning rate times steps"),
    "time_normalised": Column(_F, "t / (β1 β2)", "1", "the time in which only kappa and kappa' are left"),
    "time_flow": Column(_F, "s", "1", "time t / alpha of the gradient flow at which the loss has fallen first"),
    "time_growth": Column(_F, "s", "1", "the same in theory where all neurons align before"),
    "time_kernel": Column(_F, "s", "1", "the same for the infinite-width kernel of the start"),
    "growth_needed": Column(_F, "(γ - 1 - |γ'|) ln m", "1", "logarithm of what the output of the start has to grow by"),
    "growth_rate": Column(_F, "λ", "1", "largest rate of the direction field of the data"),
    "seed": Column(_I, "", "", "seed of the run's generator"),
    # what is plotted
    "x": Column(_F, "x", "1", "input of the network, or abscissa"),
    "y": Column(_F, "f(x)", "1", "output of the network, target value, or ordinate"),
    "y_linear": Column(_F, "f_lin(x)", "1", "output of the network linearised at its start"),
    # networks and their neurons
    "epoch": Column(_I, "", "steps", "step of gradient descent (full batch)"),
    "neuron": Column(_I, "k", "", "number of the neuron"),
    "group": Column(_I, "", "", "merged neuron it belongs to, -1 for a silent one"),
    "sign": Column(_F, "sign a_k", "1", "sign of the output weight"),
    "orientation": Column(_F, "atan2(b_k, w_k)", "rad", "direction of the input weights, in [-pi, pi)", digits=5),
    "direction": Column(
        _F, "", "rad", "angle of a neuron in the plane of the two leading directions of its layer", digits=5
    ),
    "projection": Column(
        _F, "cos(w_k, p)", "1", "cosine of input weights and the direction p = (1, ..., 1) / sqrt(d)", digits=5
    ),
    "amplitude": Column(
        _F, "A_k", "1", "|a_k| |(w_k, b_k)|, scaled to a largest of 1 where features are compared", digits=5
    ),
    "amplitude_w": Column(_F, "|(w_k, b_k)|", "1", "length of the input weights", digits=5),
    "active": Column(
        pa.bool_(), "", "", "whether the neuron has moved by more than the longest input weights at the start"
    ),
    "bending": Column(_F, "", "1", "total variation of f' on the interval of the data"),
    # measures
    "loss": Column(_F, "R_S", "1", "1/(2n) sum_i (f(x_i) - y_i)^2"),
    "deviation_rd": Column(_F, "", "1", "RD over its mean in the widest network, minus one"),
    "deviation_orientation": Column(_F, "U", "1", "distance of the distribution of orientation from the widest one's"),
    "deviation_start": Column(_F, "U", "1", "root mean square of the same at the random start, (6m)^(-1/2)"),
    "neurons": Column(_I, "", "neurons", "directions of the network, the neurons of the small network it equals"),
    "loss_small": Column(_F, "R_S", "1", "loss at which the merged small network rests when trained on"),
    "loss_random": Column(_F, "R_S", "1", "nearest loss at which networks of so many neurons rest from random starts"),
    "y_small": Column(_F, "f(x)", "1", "output of the small network at rest"),
    "loss_increase_max": Column(_F, "", "1", "largest relative increase of R_S in a step"),
    "converged": Column(_F, "", "1", "share of the runs that reached the stop loss"),
    "rd_w": Column(
        _F, "RD(θ_w)", "1", "|theta_w(t) - theta_w(0)| / |theta_w(0)|, mean over seeds where there are several"
    ),
    "rd_w_spread": Column(_F, "RD(θ_w)", "1", "standard deviation of RD over seeds"),
    "rd_w_by_seed": Column(_SEEDS, "RD(θ_w)", "1", "RD of each seed"),
    "rd_w_max": Column(_F, "RD(θ_w)", "1", "largest RD over the run, mean over seeds"),
    "rd_w_linear": Column(_F, "RD(θ_w)", "1", "RD of the linearised model, mean over seeds"),
    "rd_kernel": Column(_F, "RD(θ_w)", "1", "closed form of the linear regime: infinite-width kernel"),
    "rd_path_norm": Column(_F, "RD(θ_w)", "1", "closed form of the condensed regime: minimal path norm"),
    "slope_w": Column(_F, "S_w", "1", "least-squares slope of log RD(theta_w) against log m, mean over seeds"),
    "slope_w_spread": Column(_F, "S_w", "1", "standard deviation of S_w over seeds"),
    "slope_w_error": Column(_F, "S_w", "1", "standard error of the fit of S_w, mean over seeds"),
    "slope_w_by_seed": Column(_SEEDS, "S_w", "1", "S_w of each seed"),
    "slope_w_linear_by_seed": Column(_SEEDS, "S_w", "1", "S_w of the linearised model, each seed"),
    "slope_w_theory": Column(_F, "S_w", "1", "closed form of S_w at infinite width"),
    "rd": Column(_F, "RD(θ)", "1", "relative distance of a layer's weights (with its biases), mean over seeds"),
    "rd_theory": Column(_F, "RD(θ)", "1", "closed form of RD at infinite width, at the row's m"),
    "rd_spread": Column(_F, "RD(θ)", "1", "standard deviation of RD over seeds"),
    "rd_1": Column(_F, "RD(W1)", "1", "relative distance of (W1, b1) of a three-layer network, Frobenius norm"),
    "rd_2": Column(_F, "RD(W2)", "1", "relative distance of (W2, b2) of a three-layer network, Frobenius norm"),
    "rd_2_operator": Column(_F, "RD(W2)", "1", "the same in the operator norm: largest singular values"),
    "slope": Column(_F, "S", "1", "least-squares slope of log RD of a layer against log m, mean over seeds"),
    "slope_spread": Column(_F, "S", "1", "standard deviation of the slope over seeds"),
    "slope_error": Column(_F, "S", "1", "standard error of the slope's fit, mean over seeds"),
    "slope_by_seed": Column(_SEEDS, "S", "1", "slope of each seed"),
    "slope_bound": Column(_F, "S", "1", "bound of theorem 1 at finite width, gamma - gamma_c + d log log m / d log m"),
    "slope_theory": Column(_F, "S", "1", "slope at infinite width by scaling"),
    "saturated": Column(_F, "", "1", "1 where a published colour is the last of its scale: the slope is beyond +-0.5"),
    "conserved_drift": Column(_F, "", "1", "largest relative change of |a|^2 - |W1|^2 - |b2|^2 in a run"),
    "similarity": Column(_F, "mean |D|", "1", "mean |cos| of input weights in layer 2, by share of amplitude"),
    "similarity_random": Column(_F, "mean |D|", "1", "the same at the random start"),
    "row": Column(_I, "k", "", "neuron, in the order of the similarity matrix"),
    "column": Column(_I, "l", "", "neuron, in the order of the similarity matrix"),
    "cosine": Column(_F, "D_kl", "1", "cos of the angle between the input weights of neurons k and l"),
    "n_eff": Column(_F, "N_eff", "directions", "1 / sum_kl p_k p_l [|theta_k - theta_l| < 0.05], p = A / sum A"),
    "n_eff_start": Column(_F, "N_eff", "directions", "the same at the start of the training"),
    "n_eff_spread": Column(_F, "N_eff", "directions", "standard deviation of N_eff over seeds"),
    "n_eff_by_seed": Column(_SEEDS, "N_eff", "directions", "N_eff of each seed"),
    "d_eff": Column(
        _F, "d_eff", "dimensions", "1 / sum_kl p_k p_l cos^2(w_k, w_l), w in the span of the data, p = A / sum A"
    ),
    "d_eff_spread": Column(_F, "d_eff", "dimensions", "standard deviation of d_eff over seeds"),
    "d_eff_by_seed": Column(_SEEDS, "d_eff", "dimensions", "d_eff of each seed"),
    "ratio": Column(_F, "", "1", "effective number at the largest width over that at the smallest, mean over seeds"),
    "ratio_by_seed": Column(_SEEDS, "", "1", "the ratio of each seed"),
    "n_eff_span": Column(
        _F, "N_eff", "directions", "1 / sum_kl p_k p_l cos^2(w_k, w_l), w in the span of the inputs, p = A / sum A"
    ),
    "n_eff_span_random": Column(_F, "N_eff", "directions", "the same at the random start"),
    "n_lines": Column(_F, "lines", "lines", "1 / sum_kl p_k p_l [|D_kl| > cos 0.2], p = A / sum A"),
    "n_lines_sign": Column(_F, "lines", "lines", "the same after sign descent from the same start"),
    "n_attractors": Column(_I, "", "lines", "lines that directions approach under gradient flow at zero output"),
    # settings of a training with an optimiser
    "activation": Column(_S, "σ", "", "activation of the hidden layer"),
    "multiplicity": Column(_I, "p", "1", "sigma(z) ~ z^p near zero"),
    "dimension": Column(_I, "d", "1", "number of inputs"),
    "initialisation": Column(_F, "σ", "1", "standard deviation of all parameters at the start"),
    "learning_rate": Column(_F, "η", "1", "learning rate"),
    "weight_decay": Column(_F, "λ", "1", "weight decay of the optimiser"),
    "dropout": Column(_F, "p", "1", "probability with which a hidden neuron is silent in a step"),
    # classification of images
    "cross_entropy": Column(_F, "R_S", "1", "mean cross-entropy of the training images"),
    "held_out_cross_entropy": Column(_F, "", "1", "mean cross-entropy of the held-out (test) images"),
    "accuracy": Column(_F, "", "1", "share of the training images classified right"),
    "held_out_accuracy": Column(_F, "", "1", "share of the held-out (test) images classified right"),
    "wrong": Column(_I, "", "images", "training images classified wrong"),
    "kernel_rate": Column(_F, "", "1", "Adam's rate of the kernels over that of the full layers"),
    "kernel_similarity": Column(_F, "mean |D|", "1", "mean |cos| between different kernels of the convolution"),
    "effective_rank": Column(_F, "", "1", "exp(entropy of the eigenvalues of D / C) of the kernels"),
    "kernel_lines": Column(_F, "lines", "lines", "1 / mean_kl [|D_kl| > cos 0.2] of the kernels"),
    # transformers on the composite task
    "layers": Column(_I, "L", "layers", "depth of the transformer"),
    "d_model": Column(_I, "d", "1", "width of the transformer: dimension of its embeddings"),
    "train": Column(_F, "", "1", "share of right answers on the 15 trained pairs, train keys"),
    "seen": Column(_F, "", "1", "share of right answers on the 14 pairs that follow the composition, test keys"),
    "exception": Column(_F, "", "1", "share of (3, 4) answered x - 6 as trained, test keys"),
    "symmetric": Column(_F, "", "1", "share of the unseen (4, 3) answered x - 6, like (3, 4)"),
    "inferential": Column(_F, "", "1", "share of the unseen (4, 3) answered x - 10, the composition"),
    "fitted": Column(_F, "", "1", "1 where the run is at least 90 % right on the seen pairs and on (3, 4), else 0"),
    "outcome": Column(_S, "", "", "symmetric, inferential, neither, or not fit"),
    "bits": Column(_I, "", "bits", "precision of the factors of matrix products: 16 bfloat16, 32 float32"),
    "carries": Column(_F, "", "1", "1 where attention carries the key or an anchor to the answer, else 0"),
    "kept_without_pair": Column(
        _F, "", "1", "share of the answers to (4, 3) that stay when the last token cannot read the anchors early"
    ),
    "kept_without_single": Column(
        _F, "", "1", "share of the answers to (4, 3) that stay when the anchors cannot read the key early"
    ),
    "step_of_key": Column(_I, "", "", "difference of two keys"),
    "training_step": Column(_I, "", "steps", "step of the training"),
    "eigenvalue": Column(_F, "", "1", "eigenvalue of the covariance of the key embeddings"),
    "number": Column(_I, "", "", "place of an eigenvalue, the largest first"),
    "share_of_two": Column(_F, "", "1", "the two largest of the followed eigenvalues over the sum of all followed"),
    "matrix": Column(_S, "", "", "matrix of a layer (W_1, W_2: feed-forward, in and out), key embeddings, or output"),
    "mean_cosine": Column(_F, "mean |D|", "1", "mean |cos| between different columns of a matrix (rows of embeddings)"),
    "mean_cosine_start": Column(_F, "mean |D|", "1", "the same at the start of the training"),
    "mean_cosine_random": Column(_F, "mean |D|", "1", "the same for independent random directions, closed form"),
    "participation": Column(_F, "", "directions", "(sum s^2)^2 / sum s^4 over the singular values of a matrix"),
    "attention": Column(_F, "", "1", "attention of a reading token to a token read, mean over probes"),
    "reading": Column(_I, "", "", "place of the token that reads"),
    "read": Column(_I, "", "", "place of the token that is read"),
    "a1": Column(_I, "a1", "", "first anchor"),
    "a2": Column(_I, "a2", "", "second anchor"),
    "key": Column(_I, "x", "", "key"),
    "answer": Column(_F, "y - x", "1", "what the answer adds to the key"),
    "count": Column(_I, "", "", "number of sequences, or of pairs"),
    "training": Column(_S, "", "", "how training answers a pair of anchors: inferential, non-inferential, unseen"),
    "example": Column(_I, "", "", "number of an example sequence"),
    "place": Column(_I, "", "", "place of a token in its sequence, from 0"),
    "token": Column(_I, "", "", "token: a key, noise, or an anchor"),
    "role": Column(_S, "", "", "what a token is: key, anchor, noise"),
    "other_a1": Column(_I, "a1", "", "first anchor of the state compared with"),
    "other_a2": Column(_I, "a2", "", "second anchor of the state compared with"),
    "other_key": Column(_I, "x", "", "key of the state compared with"),
    "same_target": Column(_F, "", "1", "1 where both states have the same answer, else 0"),
    "mapped": Column(_I, "g(x; a1)", "", "key after the first anchor's function"),
    "contrast": Column(_F, "", "1", "mean cosine of states with the same target minus that with different targets"),
    "swap_cosine": Column(_F, "", "1", "mean cosine of the last token's X^ao(L) for (4, 3) and (3, 4)"),
    # phase diagrams and initialisations
    "temperature": Column(_F, "T", "K", "temperature"),
    "pressure": Column(_F, "p", "Pa", "pressure"),
    "alpha": Column(_S, "α", "", "scale of the output, LaTeX"),
    "beta1": Column(_S, "β1", "", "standard deviation of the output weights, LaTeX"),
    "beta2": Column(_S, "β2", "", "standard deviation of the input weights, LaTeX"),
    "kappa": Column(_S, "κ", "", "beta1 beta2 / alpha, LaTeX"),
    "kappa_prime": Column(_S, "κ'", "", "beta1 / beta2, LaTeX"),
    "gamma_limit": Column(_S, "γ", "", "limit of -log kappa / log m, LaTeX"),
    "gamma_prime_limit": Column(_S, "γ'", "", "limit of -log kappa' / log m, LaTeX"),
    "gamma_finite": Column(_F, "γ", "1", "-log kappa / log m at the row's m, d = 1"),
    "gamma_prime_finite": Column(_F, "γ'", "1", "-log kappa' / log m at the row's m, d = 1"),
    # claims
    "id": Column(_S, "", "", "name of the claim"),
    "figure": Column(_S, "", "", "figure whose metrics are judged"),
    "kind": Column(_S, "", "", "statement, theory or quality (of the numerics)"),
    "statement": Column(_S, "", "", "what the lecture or the paper says"),
    "basis": Column(_S, "", "", "where the bounds come from"),
    "category": Column(_S, "", "", "why it fails in the lecture preset, in a word"),
    "why": Column(_S, "", "", "why it fails in the lecture preset, in a sentence"),
    "source": Column(_S, "", "", "where it says so"),
    "quantity": Column(_S, "", "", "function of the figure's metrics"),
    "lower": Column(_F, "", "", "smallest value with which the claim holds"),
    "upper": Column(_F, "", "", "largest value with which the claim holds"),
    "value": Column(_F, "", "", "measured value, mean over seeds"),
    "spread": Column(_F, "", "", "standard deviation over seeds"),
    "smallest": Column(_F, "", "", "smallest value over seeds"),
    "largest": Column(_F, "", "", "largest value over seeds"),
    "seeds": Column(_I, "", "", "number of seeds"),
    "seeds_held": Column(_I, "", "", "number of seeds whose own value holds"),
    "held": Column(pa.bool_(), "", "", "lower <= value <= upper, for the mean and for most seeds"),
}


def metric_table(**columns: Sequence[Any] | Any) -> pa.Table:
    """Build a figure's metrics table; every field carries symbol, unit and description as metadata.

    Raises KeyError for a column that is not in the vocabulary.
    """
    fields, arrays = [], []
    for name, values in columns.items():
        column = COLUMNS[name]
        metadata = {"symbol": column.symbol, "unit": column.unit, "description": column.description}
        fields.append(pa.field(name, column.type, metadata=metadata))
        arrays.append(pa.array(values, type=column.type, from_pandas=True))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))
