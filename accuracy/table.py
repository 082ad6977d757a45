"""What was found, for people."""

import sys


def parameters(row):
    return ", ".join(f"{name} {value}" for name, value in row["parameters"].items())


def show(found):
    """The rows of a scenario."""
    print(f"\n{found['model']}: {parameters(found)}  ({found['customers']:.2g} customers, {found['seconds']:.1f} s)")
    for row in found["rows"]:
        mark = "✗" if row["fault"] else "✓"
        if "estimate" not in row:
            print(f"  {mark} {row['metric']:<28} {row['value']:>12.6g}  {row['fault']}")
            continue
        notes = [f"(at most {100 * row['limit']:.0f} %)"] if row["limit"] else []
        notes += ["corrected"] if row["controlled"] else []
        notes += ["never seen"] if row["unseen"] else []
        notes += [row["fault"]] if row["fault"] else []
        print(f"  {mark} {row['metric']:<28} {row['value']:>12.6g} {row['estimate']:>12.6g} "
              f"±{100 * row['relative']:.2f} % {' '.join(notes)}".rstrip())
    sys.stdout.flush()


def summary(verdicts):
    """A line for each model: rows, how many hold, the widest of those that have to be narrow, and what it took."""
    models = {}
    for found in verdicts:
        models.setdefault(found["model"], []).append(found)
    print(f"\n{'model':<40} {'rows':>6} {'hold':>6} {'mean':>8} {'p99':>8} {'customers':>10} {'seconds':>8}")
    for name, members in models.items():
        rows = [row for found in members for row in found["rows"]]
        worst = {kind: max((row["relative"] for row in rows
                            if row.get("limit") and row["metric"].endswith("p99") == (kind == "p99")), default=None)
                 for kind in ("mean", "p99")}
        widths = [f"{100 * value:.2f} %" if value is not None else "–" for value in worst.values()]
        print(f"{name:<40} {len(rows):>6} {sum(found['held'] for found in members):>6} {widths[0]:>8} {widths[1]:>8} "
              f"{sum(found['customers'] for found in members):>10.2g} {sum(found['seconds'] for found in members):>8.0f}")
