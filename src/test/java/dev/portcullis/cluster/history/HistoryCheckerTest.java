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

/** The checker is believed only as far as it passes what is right and finds what is wrong. */
class HistoryCheckerTest {
    private static final int HISTORIES = Integer.getInteger("portcullis.histories", 2_000);
    private static final int PLANTED = 100;

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    @Test
    void a_history_without_a_fault_passes() {
        seeds().limit(HISTORIES).forEach(each -> {
            Judgement judgement = judge(GoodHistory.of(each));
            assertThat(judgement.isSound())
                    .as("portcullis.seed=%d: %s", each, judgement)
                    .isTrue();
            assertThat(judgement.counts().forgotten()).isZero();
        });
    }

    @Test
    void what_a_store_forgot_is_excused_if_all_who_stood_there_were_told() {
        seeds().limit(HISTORIES).forEach(each -> {
            Judgement judgement = judge(GoodHistory.forgetting(each));
            assertThat(judgement.isSound())
                    .as("portcullis.seed=%d: %s", each, judgement)
                    .isTrue();
        });
    }

    @Test
    void what_a_store_should_have_kept_is_not_excused() {
        long found = seeds().mapToObj(GoodHistory::forgetting)
                .filter(history -> judge(history).counts().forgotten() > 0)
                .limit(PLANTED)
                .filter(history -> !HistoryChecker.judge(history.moments(), tooLate(history))
                        .isSound())
                .count();
        assertThat(found).as("portcullis.seed=%d", seed).isEqualTo(PLANTED);
    }

    /** As if all that was told before the end had been kept. */
    private static List<Loss> tooLate(GoodHistory history) {
        return history.losses().stream()
                .map(loss -> new Loss(Long.MAX_VALUE, loss.at()))
                .toList();
    }

    @Test
    void the_good_histories_are_full_of_trouble() {
        List<Counts> counts = seeds().limit(50)
                .mapToObj(GoodHistory::forgetting)
                .map(each -> judge(each).counts())
                .toList();
        assertThat(counts).as("portcullis.seed=%d", seed).anySatisfy(each -> {
            assertThat(each.acked()).isGreaterThan(20);
            assertThat(each.unknown()).isPositive();
            assertThat(each.heard()).isGreaterThan(100);
            assertThat(each.replayed()).isPositive();
            assertThat(each.resumed()).isPositive();
            assertThat(each.lost()).isPositive();
            assertThat(each.cuts()).isPositive();
            assertThat(each.forgotten()).isPositive();
        });
    }

    @ParameterizedTest
    @MethodSource("faults")
    void a_planted_fault_is_found(PlantedFault fault) {
        assertIsFound(fault, GoodHistory::of);
    }

    @ParameterizedTest
    @MethodSource("faultsBesideLosses")
    void a_planted_fault_is_found_where_the_store_forgets(PlantedFault fault) {
        assertIsFound(fault, GoodHistory::forgetting);
    }

    private void assertIsFound(PlantedFault fault, LongFunction<GoodHistory> good) {
        long planted = seeds().limit(40L * PLANTED)
                .filter(each -> isPlantedAndFound(each, fault, good))
                .limit(PLANTED)
                .count();
        assertThat(planted)
                .as("portcullis.seed=%d: histories with a place for it", seed)
                .isEqualTo(PLANTED);
    }

    @Test
    void an_excerpt_is_short_enough_to_read() {
        Draft draft = new Draft(GoodHistory.of(7).moments(), new Random(7));
        assertThat(PlantedFault.DUPLICATE.plant(draft)).isTrue();
        Judgement judgement = HistoryChecker.judge(draft.moments(), List.of());
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
        ann.note(new ClientEvent.Sent("lobby", Entry.CHAT, "id-1", "hello"));
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

    static List<PlantedFault> faultsBesideLosses() {
        return Stream.concat(PlantedFault.ofAnyStore().stream(), PlantedFault.ofLosses().stream())
                .toList();
    }

    private LongStream seeds() {
        return LongStream.iterate(seed, each -> each + 1);
    }

    private static Judgement judge(GoodHistory history) {
        return HistoryChecker.judge(history.moments(), history.losses());
    }

    private static boolean isPlantedAndFound(long seed, PlantedFault fault, LongFunction<GoodHistory> good) {
        GoodHistory history = good.apply(seed);
        Draft draft = new Draft(history.moments(), new Random(seed));
        boolean planted = fault.plant(draft);
        if (planted) {
            Judgement judgement = HistoryChecker.judge(draft.moments(), history.losses());
            assertThat(fault.isFoundIn(judgement))
                    .as("portcullis.seed=%d: %s is called %s", seed, fault, judgement)
                    .isTrue();
        }
        return planted;
    }
}
