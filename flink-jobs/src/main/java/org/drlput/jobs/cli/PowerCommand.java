package org.drlput.jobs.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.drlput.common.estimate.PowerPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code drlput power}: how many rows an offline answer takes. */
@Command(
        name = "power",
        header = "Tells how many logged rows it takes to see a lift offline.",
        description = {
            "",
            "Of a policy that takes one action per request, judged by SNIPS on logs whose actions are drawn uniformly, with a reward of 0 "
                    + "or 1. One row in K matches the policy's action: that is what makes the number large."
        },
        footer = {
            "",
            "Example: 125 actions, a click in 20 requests, a lift of 5 %%",
            "  drlput power --actions 125 --rate 0.05 --lift 0.05",
        })
final class PowerCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--actions",
            required = true,
            paramLabel = "K",
            converter = WholeNumber.Positive.class,
            description = "Actions that exploration draws from.")
    private long actions;

    @Option(
            names = "--rate",
            required = true,
            paramLabel = "R",
            converter = Share.class,
            description = "Mean reward of exploration: the share of requests that earn.")
    private double rate;

    @Option(
            names = "--lift",
            required = true,
            paramLabel = "L",
            converter = Lift.class,
            description = "Relative Gain over exploration that is to be seen: 0.05 is 5 %%.")
    private double lift;

    @Option(
            names = "--power",
            paramLabel = "P",
            defaultValue = "0.8",
            converter = Share.class,
            description = "How often such a lift is to be seen; default: ${DEFAULT-VALUE}.")
    private double power;

    @Option(
            names = "--holdout",
            paramLabel = "SHARE",
            defaultValue = "0.1",
            converter = Share.class,
            description = "Share of the logs that is held out to judge by; default: ${DEFAULT-VALUE}.")
    private double holdout;

    PowerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Between 0 and 1. */
    static final class Share implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            double number = parsed(value);
            if (number > 0 && number < 1) {
                return number;
            }
            throw new TypeConversionException("found '%s', expected a number between 0 and 1".formatted(value));
        }
    }

    /** Above or below 0, and above -1. */
    static final class Lift implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            double number = parsed(value);
            if (number > -1 && number != 0 && Double.isFinite(number)) {
                return number;
            }
            throw new TypeConversionException(
                    "found '%s', expected a number above -1 that is not 0; 0.05 is 5 %%".formatted(value));
        }
    }

    private static double parsed(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    @Override
    public Integer call() {
        if (rate * (1 + lift) >= 1) {
            throw new Failure("such a lift is not possible")
                    .found("a rate of %s, raised by %s: %s".formatted(rate, lift, rate * (1 + lift)))
                    .expected("a rate below 1, since a request earns 0 or 1")
                    .toDo("give a smaller --lift or --rate");
        }
        PowerPlan plan = new PowerPlan(actions, rate, lift, power);
        print(
                "rows",
                "%,d to judge by: a lift of %s is told from none in %s of 100 cases",
                plan.rows(),
                gain(lift),
                number(100 * power));
        print(
                "matched",
                "%,d of them, one in %,d; %,d with a reward",
                plan.matchedRows(),
                actions,
                plan.rewardedRows());
        print("logged", "%,.0f rows in all, %s %% of them held out", plan.rows() / holdout, number(100 * holdout));
        print(
                "interval",
                "%s to %s around such an estimate",
                gain(lift - plan.halfWidth()),
                gain(lift + plan.halfWidth()));
        return 0;
    }

    private static String gain(double share) {
        return (share > 0 ? "+" : "") + number(100 * share) + " %";
    }

    /** Three digits. */
    private static String number(double value) {
        return new BigDecimal(value)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }

    private void print(String label, String format, Object... arguments) {
        terminal.line("%-15s".formatted(label) + String.format(Locale.ROOT, format, arguments));
    }
}
