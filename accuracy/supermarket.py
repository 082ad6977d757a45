"""Many servers, each customer at the shortest of d queues drawn at random: how far finitely many are from the limit.

The mean of n servers is that of infinitely many plus V/n plus a term of n⁻²: the refined mean field approximation of N. Gast
and B. Van Houdt, "A refined mean field approximation", Proc. ACM Meas. Anal. Comput. Syst. 1(2), 2017, for the model of N. D.
Vvedenskaya, R. L. Dobrushin and F. I. Karpelevich (1996) and M. Mitzenmacher (2001).
"""


def response(servers, load, d):
    """The mean response of that many servers, up to a term of the second order: the mean queue length by Little's law."""
    fractions = limit(load, d)
    terms = correction(load, d, fractions)
    return sum(fraction + term / servers for fraction, term in zip(fractions, terms)) / load


def limit(load, d):
    """The fractions of servers with at least 1, 2, … customers, of infinitely many."""
    fractions, power = [], 1
    while (fraction := load**power) > 1e-100 and len(fractions) < 200:
        fractions.append(fraction)
        power = power * d + 1
    return fractions


def correction(load, d, fractions):
    """V of each fraction. With A the derivative of the drift and Q the variance of the jumps, A W + W Aᵀ + Q = 0 gives the
    fluctuations W, and A V = −½ Σ ∂²F W what the curvature of the drift makes of them."""
    size = len(fractions)
    above = [1.0] + fractions
    matrix = [[0.0] * size for _ in range(size)]
    for i in range(size):
        matrix[i][i] = -load * d * fractions[i] ** (d - 1) - 1
        if i > 0:
            matrix[i][i - 1] = load * d * fractions[i - 1] ** (d - 1)
        if i + 1 < size:
            matrix[i][i + 1] = 1.0
    departures = [x - y for x, y in zip(fractions, fractions[1:] + [0.0])]
    rows, right = [], []
    for i in range(size):
        for j in range(size):
            row = [0.0] * (size * size)
            for k in range(size):
                row[k * size + j] += matrix[i][k]
                row[i * size + k] += matrix[j][k]
            rows.append(row)
            right.append(-2 * departures[i] if i == j else 0.0)
    spread = solve(rows, right)
    own = [0.0] + [spread[i * size + i] for i in range(size)]
    bend = [load * d * (d - 1) / 2 * (above[i] ** (d - 2) * own[i] - above[i + 1] ** (d - 2) * own[i + 1])
            for i in range(size)]
    return solve(matrix, [-value for value in bend])


def solve(matrix, right):
    """Gauss' elimination, the greatest of each column first."""
    rows = [list(row) + [value] for row, value in zip(matrix, right)]
    size = len(rows)
    for column in range(size):
        best = max(range(column, size), key=lambda place: abs(rows[place][column]))
        rows[column], rows[best] = rows[best], rows[column]
        pivot = rows[column]
        for row in rows[column + 1:]:
            if factor := row[column] / pivot[column]:
                for place in range(column, size + 1):
                    row[place] -= factor * pivot[place]
    values = [0.0] * size
    for place in reversed(range(size)):
        rest = sum(rows[place][later] * values[later] for later in range(place + 1, size))
        values[place] = (rows[place][size] - rest) / rows[place][place]
    return values
