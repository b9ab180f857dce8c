package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameBarrierTest {
    private final FrameBarrier barrier = new FrameBarrier();
    private final List<String> begun = new ArrayList<>();

    @Test
    void frame_passes_while_nothing_is_held() {
        assertThat(begin("a", Future.succeededFuture()).succeeded()).isTrue();
        assertThat(begun).containsExactly("a");
    }

    @Test
    void held_frames_begin_in_their_order_once_the_barrier_is_lifted() {
        barrier.hold();
        Future<String> first = begin("a", Future.succeededFuture("answer"));
        begin("b", Future.succeededFuture());
        assertThat(begun).isEmpty();
        assertThat(barrier.held()).isEqualTo(2);

        barrier.lift();

        assertThat(begun).containsExactly("a", "b");
        assertThat(first.result()).isEqualTo("answer");
        assertThat(barrier.held()).isZero();
    }

    @Test
    void hold_waits_for_each_frame_that_is_under_way_however_it_ends() {
        Promise<String> one = Promise.promise();
        Promise<String> other = Promise.promise();
        begin("a", one.future());
        begin("b", other.future());

        Future<Void> quiet = barrier.hold();
        one.complete("answer");
        assertThat(quiet.isComplete()).isFalse();
        other.fail("broken");

        assertThat(quiet.succeeded()).isTrue();
    }

    @Test
    void frame_whose_handling_throws_is_under_way_no_more() {
        assertThatThrownBy(() -> barrier.pass(() -> {
                    throw new IllegalStateException("bug");
                }))
                .hasMessage("bug");

        assertThat(barrier.hold().succeeded()).isTrue();
    }

    @Test
    void barrier_that_is_lifted_before_all_is_quiet_lets_frames_pass_and_can_be_put_down_again() {
        Promise<String> slow = Promise.promise();
        begin("slow", slow.future());
        barrier.hold();
        begin("a", Future.succeededFuture());
        barrier.lift();
        assertThat(begun).containsExactly("slow", "a");

        Future<Void> quiet = barrier.hold();
        slow.complete("answer");

        assertThat(quiet.succeeded()).isTrue();
    }

    private Future<String> begin(String name, Future<String> answer) {
        return barrier.pass(() -> {
            begun.add(name);
            return answer;
        });
    }
}
