package dev.portcullis.cluster.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker accepts correct histories and finds planted faults. */
class HistoryCheckerTest {
    /** Each build takes other seeds, so its histories add up with those of the builds before. */
    private static final int HISTORIES = Integer.getInteger("portcullis.histories", 500);

    private static final int PLANTED = 30;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    @Test
    void correct_history_has_no_finding() {
        seeds().limit(HISTORIES).forEach(each -> {
            CheckResult result = check(CorrectHistory.of(each));
            assertThat(result.isSound())
                    .as("portcullis.seed=%d: %s", each, result)
                    .isTrue();
            assertThat(result.counts().forgotten()).isZero();
        });
    }

    @Test
    void loss_of_the_store_that_was_reported_to_every_subscriber_is_no_finding() {
        seeds().limit(HISTORIES).forEach(each -> {
            CheckResult result = check(CorrectHistory.withLosses(each));
            assertThat(result.isSound())
                    .as("portcullis.seed=%d: %s", each, result)
                    .isTrue();
        });
    }

    @Test
    void loss_of_entries_from_before_the_declared_loss_is_a_finding() {
        long found = seeds().mapToObj(CorrectHistory::withLosses)
                .filter(history -> check(history).counts().forgotten() > 0)
                .limit(PLANTED)
                .filter(history -> !HistoryChecker.check(history.moments(), declaredTooLate(history))
                        .isSound())
                .count();
        assertThat(found).as("portcullis.seed=%d", seed).isEqualTo(PLANTED);
    }

    /** Losses that excuse no entry, because they begin after the end of the history. */
    private static List<Loss> declaredTooLate(CorrectHistory history) {
        return history.losses().stream()
                .map(loss -> new Loss(Long.MAX_VALUE, loss.at()))
                .toList();
    }

    @Test
    void correct_histories_contain_every_kind_of_trouble() {
        List<Counts> counts = seeds().limit(50)
                .mapToObj(CorrectHistory::withLosses)
                .map(each -> check(each).counts())
                .toList();
        assertThat(counts).as("portcullis.seed=%d", seed).anySatisfy(each -> {
            assertThat(each.acked()).isGreaterThan(20);
            assertThat(each.unknown()).isPositive();
            assertThat(each.delivered()).isGreaterThan(100);
            assertThat(each.replayed()).isPositive();
            assertThat(each.resumed()).isPositive();
            assertThat(each.lost()).isPositive();
            assertThat(each.disconnects()).isPositive();
            assertThat(each.forgotten()).isPositive();
        });
    }

    @ParameterizedTest
    @MethodSource("faults")
    void planted_fault_is_found(PlantedFault fault) {
        assertIsFound(fault, CorrectHistory::of);
    }

    @ParameterizedTest
    @MethodSource("faultsWithLosses")
    void planted_fault_is_found_in_a_history_with_losses(PlantedFault fault) {
        assertIsFound(fault, CorrectHistory::withLosses);
    }

    private void assertIsFound(PlantedFault fault, LongFunction<CorrectHistory> good) {
        long planted = seeds().limit(40L * PLANTED)
                .filter(each -> isPlantedAndFound(each, fault, good))
                .limit(PLANTED)
                .count();
        assertThat(planted)
                .as("portcullis.seed=%d: histories that allow this fault", seed)
                .isEqualTo(PLANTED);
    }

    @Test
    void excerpt_of_a_finding_has_at_most_four_lines() {
        CorruptedHistory copy = new CorruptedHistory(CorrectHistory.of(7).moments(), new Random(7));
        assertThat(PlantedFault.DUPLICATE.plant(copy)).isTrue();
        CheckResult result = HistoryChecker.check(copy.moments(), List.of());
        assertThat(result.toString().lines().skip(2))
                .hasSizeBetween(2, 4)
                .first()
                .asString()
                .startsWith("DUPLICATE_DELIVERY: seq ");
    }

    @Test
    void history_is_dumped_as_one_json_object_per_line(@TempDir Path folder) throws Exception {
        History history = new History();
        History.Recorder ann = history.recorder("ann/0", "ann");
        ann.connected("node-1");
        ann.add(new ClientEvent.Sent("lobby", Entry.CHAT, "id-1", "hello"));
        history.dump(folder.resolve("deep/down.jsonl"));
        assertThat(Files.readAllLines(folder.resolve("deep/down.jsonl")))
                .hasSize(2)
                .last()
                .asString()
                .contains("\"event\":\"sent\"", "\"body\":\"hello\"", "\"connection\":1");
    }

    static List<PlantedFault> faults() {
        return PlantedFault.all();
    }

    static List<PlantedFault> faultsWithLosses() {
        return Stream.concat(PlantedFault.withOrWithoutLosses().stream(), PlantedFault.onlyWithLosses().stream())
                .toList();
    }

    private LongStream seeds() {
        return LongStream.iterate(seed, each -> each + 1);
    }

    private static CheckResult check(CorrectHistory history) {
        return HistoryChecker.check(history.moments(), history.losses());
    }

    private static boolean isPlantedAndFound(long seed, PlantedFault fault, LongFunction<CorrectHistory> good) {
        CorrectHistory history = good.apply(seed);
        CorruptedHistory copy = new CorruptedHistory(history.moments(), new Random(seed));
        boolean planted = fault.plant(copy);
        if (planted) {
            CheckResult result = HistoryChecker.check(copy.moments(), history.losses());
            assertThat(fault.isFoundIn(result))
                    .as("portcullis.seed=%d: %s is found as %s", seed, fault, result)
                    .isTrue();
        }
        return planted;
    }
}
