package dev.portcullis.app.node.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.MembershipNotice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MembershipFramesTest {
    private final List<List<TransientFrame>> sent = new ArrayList<>();
    private final List<Promise<Void>> taken = new ArrayList<>();
    private final MembershipFrames frames = new MembershipFrames(this::send);

    private Future<?> send(List<TransientFrame> some) {
        sent.add(some);
        Promise<Void> promise = Promise.promise();
        taken.add(promise);
        return promise.future();
    }

    @Test
    void notices_to_all_of_a_large_room_follow_each_other_in_parts() {
        int members = 2 * MembershipFrames.AT_ONCE + 1;
        frames.accept(IntStream.range(0, members)
                .mapToObj(MembershipFramesTest::notice)
                .toList());
        for (int part = 1; part <= 3; part++) {
            assertThat(sent).hasSize(part);
            taken.get(part - 1).complete();
        }
        assertThat(sent).extracting(List::size).containsExactly(MembershipFrames.AT_ONCE, MembershipFrames.AT_ONCE, 1);
        assertThat(sent.stream().flatMap(List::stream).map(TransientFrame::stream))
                .containsExactlyElementsOf(IntStream.range(0, members)
                        .mapToObj(number -> StreamName.inbox(user(number)))
                        .toList());
    }

    @Test
    void notices_behind_a_part_that_failed_are_not_sent() {
        frames.accept(IntStream.rangeClosed(0, MembershipFrames.AT_ONCE)
                .mapToObj(MembershipFramesTest::notice)
                .toList());
        taken.get(0).fail("no stage");
        assertThat(sent).hasSize(1);
    }

    private static MembershipNotice notice(int number) {
        return new MembershipNotice(user(number), new RoomId("r1"), Optional.empty(), "Tea", Optional.empty());
    }

    private static UserId user(int number) {
        return new UserId("user-" + number);
    }
}
