package dev.portcullis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedCallsTest {
    private static final int AT_ONCE = 4;

    private final List<Promise<String>> begun = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 11})
    void results_have_the_order_of_the_items_and_no_more_calls_than_a_chunk_are_in_flight(int count) {
        Future<List<String>> results = run(count);

        for (int from = 0; from < count; from += AT_ONCE) {
            int to = Math.min(count, from + AT_ONCE);
            assertThat(begun).hasSize(to);
            for (int i = to - 1; i >= from; i--) { // the last is answered first
                begun.get(i).complete("result of " + i);
            }
        }
        assertThat(results.result())
                .isEqualTo(IntStream.range(0, count)
                        .mapToObj(i -> "result of " + i)
                        .toList());
    }

    @Test
    void failed_call_fails_all_and_no_further_chunk_begins() {
        Future<List<String>> results = run(11);

        begun.get(1).fail("broken");
        List.of(0, 2, 3).forEach(i -> begun.get(i).complete());

        assertThat(results.cause()).hasMessage("broken");
        assertThat(begun).hasSize(AT_ONCE);
    }

    @Test
    void calls_that_are_done_at_once_need_no_event_loop() {
        List<Integer> many = IntStream.range(0, 1_000).boxed().toList();
        assertThat(ChunkedCalls.run(many, Future::succeededFuture).result()).isEqualTo(many);
    }

    private Future<List<String>> run(int count) {
        return ChunkedCalls.run(IntStream.range(0, count).boxed().toList(), AT_ONCE, item -> {
            assertThat(item).isEqualTo(begun.size());
            Promise<String> call = Promise.promise();
            begun.add(call);
            return call.future();
        });
    }
}
