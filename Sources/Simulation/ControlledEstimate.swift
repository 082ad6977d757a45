/// An estimate corrected by what chance is known to have done: control variates.
///
/// Where a part of an experiment drew longer service times than their distribution says, its waits are longer too. The
/// regression of the parts' estimates on such deviations (their expectation is zero) says by how much, and the
/// estimate is moved to where all deviations are zero (S. S. Lavenberg & P. D. Welch, "A perspective on the use of
/// control variables to increase the efficiency of Monte Carlo simulations", *Management Science* 27, 1981). With heavy
/// tails, where a few long services make the mean, intervals become many times narrower, and say what those of the
/// bare estimate cannot: how much of the tail has not been seen.
///
/// Each control costs a degree of freedom. The error is that of a regression whose residuals differ in size, divided by one
/// minus the leverage, nearly a jackknife over parts (HC3: J. G. MacKinnon & H. White, *Journal of Econometrics* 29, 1985):
/// a part with one enormous service moves the regression towards itself, and its residual says little.
public struct ControlledEstimate: Hashable, Sendable {
    /// The estimate where no control deviates.
    public let value: Double
    /// Its standard error.
    public let standardError: Double
    /// Parts, less the coefficients that were fitted to them.
    public let degreesOfFreedom: Int

    /// Corrects the estimate from everything measured.
    ///
    /// Nil where there are fewer than seven parts to a control (intervals would be wider than they have to be), where one says nothing (it never deviates, or others say the
    /// same), and where the parts that measured this are not those of the deviations.
    ///
    /// - Parameter deviations: of each part, the deviation of each control: zero is expected.
    public init?(_ parts: ReplicatedEstimate, about estimate: Double, deviations: [[Double]]) {
        let count = parts.values.count
        guard let width = deviations.first?.count, width > 0, count == deviations.count, count > 7 * width,
            deviations.allSatisfy({ $0.count == width && $0.allSatisfy(\.isFinite) })
        else { return nil }
        let moves = parts.influences(about: estimate)
        guard let fit = LeastSquares(deviations, moves) else { return nil }
        // The mean of the moves is the bias of short parts, and no deviation's.
        let mean = moves.reduce(0, +) / Double(count)
        value = estimate + fit.intercept - mean
        standardError = fit.interceptError
        degreesOfFreedom = count - width - 1
    }

    /// Half the width of the Student t interval of a confidence level such as 0.95.
    public func halfWidth(confidence: Double) -> Double {
        guard standardError > 0 else { return 0 }
        return standardError * StudentT.quantile(0.5 + confidence / 2, degreesOfFreedom: degreesOfFreedom)
    }
}

/// A straight line (a plane, with several controls) through points, and how sure its height at zero is.
private struct LeastSquares {
    let intercept: Double
    let interceptError: Double

    /// Nil where the controls depend on each other.
    init?(_ rows: [[Double]], _ values: [Double]) {
        let count = Double(rows.count)
        let width = rows[0].count
        let centre = (0..<width).map { column in rows.reduce(0) { $0 + $1[column] } / count }
        let mean = values.reduce(0, +) / count
        let centred = rows.map { row in zip(row, centre).map { $0 - $1 } }
        var products = Array(repeating: Array(repeating: 0.0, count: width), count: width)
        var sums = Array(repeating: 0.0, count: width)
        for (row, value) in zip(centred, values) {
            for one in 0..<width {
                sums[one] += row[one] * (value - mean)
                for two in 0..<width { products[one][two] += row[one] * row[two] }
            }
        }
        guard let root = CholeskyRoot(products) else { return nil }
        let slopes = root.solve(sums)
        let reach = root.solve(centre)
        intercept = mean - zip(slopes, centre).reduce(0) { $0 + $1.0 * $1.1 }
        var squares = 0.0
        for (row, value) in zip(centred, values) {
            let residual = value - mean - zip(slopes, row).reduce(0) { $0 + $1.0 * $1.1 }
            let leverage = 1 / count + zip(row, root.solve(row)).reduce(0) { $0 + $1.0 * $1.1 }
            let weight = 1 / count - zip(row, reach).reduce(0) { $0 + $1.0 * $1.1 }
            // A part that the line goes through whatever it says tells nothing of the error.
            let move = weight * residual / max(1 - leverage, 1e-3)
            squares += move * move
        }
        interceptError = squares.squareRoot()
    }
}

/// The Cholesky decomposition of a small symmetric matrix.
private struct CholeskyRoot {
    private var lower: [[Double]]

    /// Nil where the matrix is not positive definite by a margin that rounding leaves sure.
    init?(_ matrix: [[Double]]) {
        lower = matrix
        for column in matrix.indices {
            for row in column..<matrix.count {
                var value = matrix[row][column]
                for place in 0..<column { value -= lower[row][place] * lower[column][place] }
                if row == column {
                    guard value > 1e-10 * matrix[row][row], value > 0 else { return nil }
                    lower[row][row] = value.squareRoot()
                } else {
                    lower[row][column] = value / lower[column][column]
                }
            }
        }
    }

    func solve(_ right: [Double]) -> [Double] {
        var values = right
        for row in values.indices {
            for column in 0..<row { values[row] -= lower[row][column] * values[column] }
            values[row] /= lower[row][row]
        }
        for row in values.indices.reversed() {
            for later in row + 1..<values.count { values[row] -= lower[later][row] * values[later] }
            values[row] /= lower[row][row]
        }
        return values
    }
}
