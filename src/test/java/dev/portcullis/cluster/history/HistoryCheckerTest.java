package dev.portcullis.cluster.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker is believed only as far as it passes what is right and finds what is wrong. */
class HistoryCheckerTest {
    private static final int HISTORIES = Integer.getInteger("portcullis.histories", 2_000);
    private static final int PLANTED = 100;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    @Test
    void a_history_without_a_fault_passes() {
        seeds().limit(HISTORIES).forEach(each -> {
            Judgement judgement = HistoryChecker.judge(GoodHistory.of(each));
            assertThat(judgement.isSound())
                    .as("portcullis.seed=%d: %s", each, judgement)
                    .isTrue();
        });
    }

    @Test
    void the_good_histories_are_full_of_trouble() {
        List<Counts> counts =
                seeds().limit(50).mapToObj(GoodHistory::of).map(Counts::of).toList();
        assertThat(counts).as("portcullis.seed=%d", seed).anySatisfy(each -> {
            assertThat(each.acked()).isGreaterThan(20);
            assertThat(each.unknown()).isPositive();
            assertThat(each.heard()).isGreaterThan(100);
            assertThat(each.replayed()).isPositive();
            assertThat(each.resumed()).isPositive();
            assertThat(each.lost()).isPositive();
            assertThat(each.cuts()).isPositive();
        });
    }

    @ParameterizedTest
    @MethodSource("faults")
    void a_planted_fault_is_found(PlantedFault fault) {
        long planted = seeds().limit(20L * PLANTED)
                .filter(each -> isPlantedAndFound(each, fault))
                .limit(PLANTED)
                .count();
        assertThat(planted)
                .as("portcullis.seed=%d: histories with a place for it", seed)
                .isEqualTo(PLANTED);
    }

    @Test
    void an_excerpt_is_short_enough_to_read() {
        Draft draft = new Draft(GoodHistory.of(7), new Random(7));
        assertThat(PlantedFault.DUPLICATE.plant(draft)).isTrue();
        Judgement judgement = HistoryChecker.judge(draft.moments());
        assertThat(judgement.toString().lines().skip(2))
                .hasSizeBetween(2, 4)
                .first()
                .asString()
                .startsWith("DUPLICATE: seq ");
    }

    @Test
    void a_history_is_written_one_object_a_line(@TempDir Path folder) throws Exception {
        History history = new History();
        History.Witness ann = history.witness("ann/0", "ann");
        ann.opened("node-1");
        ann.note(new Deed.Sent("lobby", Entry.CHAT, "id-1", "hello"));
        history.dump(folder.resolve("deep/down.jsonl"));
        assertThat(Files.readAllLines(folder.resolve("deep/down.jsonl")))
                .hasSize(2)
                .last()
                .asString()
                .contains("\"deed\":\"sent\"", "\"body\":\"hello\"", "\"connection\":1");
    }

    static List<PlantedFault> faults() {
        return PlantedFault.all();
    }

    private LongStream seeds() {
        return LongStream.iterate(seed, each -> each + 1);
    }

    private static boolean isPlantedAndFound(long seed, PlantedFault fault) {
        Draft draft = new Draft(GoodHistory.of(seed), new Random(seed));
        boolean planted = fault.plant(draft);
        if (planted) {
            Judgement judgement = HistoryChecker.judge(draft.moments());
            assertThat(fault.isFoundIn(judgement))
                    .as("portcullis.seed=%d: %s is called %s", seed, fault, judgement)
                    .isTrue();
        }
        return planted;
    }
}
