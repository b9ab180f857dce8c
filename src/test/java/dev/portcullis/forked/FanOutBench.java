package dev.portcullis.forked;

import java.nio.file.Files;

/**
 * Prints what {@link FanOutCost} measures. Run it by hand after {@code mvn -DskipTests package}:
 * {@code java -cp … dev.portcullis.forked.FanOutBench 5 5}, with the number of rounds and the seconds of each.
 */
final class FanOutBench {
    private FanOutBench() {}

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        long millis = 1_000L * Integer.parseInt(args[1]);
        try (FanOutCost bench = FanOutCost.start(Files.createTempDirectory("fan-out"))) {
            bench.warmUp(4 * millis);
            for (int i = 0; i < rounds; i++) {
                FanOutCost.Cost cost = bench.measure(1, millis);
                System.out.printf(
                        "%6.2f us of CPU a delivery, minimal %6.2f: %.2f x%n",
                        cost.ours(), cost.minimal(), cost.ratio());
            }
        }
        System.exit(0);
    }
}
