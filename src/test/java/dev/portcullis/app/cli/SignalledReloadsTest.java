package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.admin.ReloadRefusal.Why;
import dev.portcullis.config.SettingChange;
import dev.portcullis.protocol.Result;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignalledReloadsTest {
    private final List<Promise<Result<List<SettingChange>, ReloadRefusal>>> reloads = new ArrayList<>();
    private final Deque<Runnable> paused = new ArrayDeque<>();
    private final SignalledReloads signals = new SignalledReloads(
            () -> {
                reloads.add(Promise.promise());
                return reloads.get(reloads.size() - 1).future();
            },
            paused::add);

    /** The file may have been edited after the first reload read it. */
    @Test
    void signals_during_a_reload_have_the_file_read_once_more() {
        IntStream.range(0, 100).forEach(i -> signals.request());
        assertThat(reloads).hasSize(1);
        end(Result.done(List.of()));
        assertThat(reloads).hasSize(2);
        end(Result.done(List.of()));
        assertThat(reloads).hasSize(2);
        signals.request();
        assertThat(reloads).hasSize(3);
    }

    @Test
    void signal_that_meets_another_reload_is_tried_again_after_a_pause() {
        signals.request();
        end(refused(Why.BUSY));
        assertThat(reloads).hasSize(1);
        paused.remove().run();
        assertThat(reloads).hasSize(2);
        end(Result.done(List.of()));
        assertThat(paused).isEmpty();
    }

    @Test
    void signal_that_is_refused_again_and_again_is_given_up_and_the_next_one_is_heard() {
        signals.request();
        end(refused(Why.BUSY));
        while (!paused.isEmpty()) {
            paused.remove().run();
            end(refused(Why.BUSY));
        }
        assertThat(reloads).hasSize(10);
        signals.request();
        assertThat(reloads).hasSize(11);
    }

    @Test
    void signal_for_a_file_with_a_mistake_is_not_tried_again() {
        signals.request();
        end(refused(Why.INVALID));
        assertThat(paused).isEmpty();
        assertThat(reloads).hasSize(1);
    }

    @Test
    void signal_whose_reload_failed_does_not_make_the_next_one_unheard() {
        signals.request();
        reloads.get(0).fail("the store does not answer");
        assertThat(paused).isEmpty();
        signals.request();
        assertThat(reloads).hasSize(2);
    }

    private void end(Result<List<SettingChange>, ReloadRefusal> result) {
        reloads.get(reloads.size() - 1).complete(result);
    }

    private static Result<List<SettingChange>, ReloadRefusal> refused(Why why) {
        return Result.refused(ReloadRefusal.of(why, "", "is so", "try again"));
    }
}
