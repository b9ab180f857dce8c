package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FollowSharesTest {
    private static final UserId LATE = new UserId("late");

    private final FollowShares shares = new FollowShares();
    private final RecordingDeliveryLoop loop = new RecordingDeliveryLoop();
    private final List<String> displaced = new ArrayList<>();

    @Test
    void largest_client_of_the_user_who_follows_most_gives_up_and_no_other_until_it_has_begun_to() {
        List<Subscription> large = follow("greedy", "large", 30);
        follow("greedy", "small", 10);
        follow("other", "only", 35);
        assertThat(shares.makeRoomFor(LATE)).isTrue();
        assertThat(shares.makeRoomFor(LATE)).isTrue();
        assertThat(displaced).containsExactly("large");
        shares.remove(large.get(0)); // a join whose client reads slowly may be left for long
        assertThat(shares.makeRoomFor(LATE)).isTrue();
        assertThat(displaced).hasSize(2);
    }

    @Test
    void user_who_follows_half_as_many_as_each_other_one_displaces_none() {
        follow("first", "first", 40);
        follow("second", "second", 20);
        assertThat(shares.makeRoomFor(new UserId("second"))).isFalse();
        assertThat(shares.makeRoomFor(new UserId("first"))).isFalse();
        assertThat(displaced).isEmpty();
        follow("first", "first", 3);
        assertThat(shares.makeRoomFor(new UserId("second"))).isTrue();
        assertThat(displaced).containsExactly("first");
    }

    @Test
    void user_who_follows_few_gives_up_none_also_for_one_who_follows_none() {
        List<Subscription> all = follow("few", "few", FollowShares.FEW + 1);
        shares.remove(all.get(0));
        assertThat(shares.makeRoomFor(LATE)).isFalse();
        assertThat(displaced).isEmpty();
    }

    private List<Subscription> follow(String user, String client, int streams) {
        List<Subscription> all = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            Subscription one = new Subscription(
                    StreamHubShardFixture.LOBBY,
                    Optional.empty(),
                    new UserId(user),
                    loop,
                    loop.subscriber().of(client, () -> displaced.add(client)),
                    any -> {});
            shares.add(one);
            all.add(one);
        }
        return all;
    }
}
