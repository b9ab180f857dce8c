package dev.portcullis.edge.api;

import static dev.portcullis.edge.api.ApiServer.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.RecordedRemovals;
import dev.portcullis.edge.api.ApiServer.Settings;
import dev.portcullis.rooms.ScriptedRooms;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that stands still while a removal or a leave is permitted. Another call may have undone the reason for it since. */
class RemovalAfterStandstillTest {
    private ApiServer server;
    private RecordedRemovals removals;
    private volatile boolean pauses;

    @BeforeEach
    void open() throws Exception {
        server = new ApiServer(Settings.STANDARD);
        removals = new RecordedRemovals(server.bus);
        new ScriptedRooms(server.bus, () -> server.waited = pauses);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ben", "u:ann"})
    void membership_ends_where_the_node_did_not_stand_still(String user) {
        assertThat(remove(user)).isEqualTo(204);
        assertThat(removals.asked()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ben", "u:ann"})
    void membership_stays_behind_a_pause_in_the_middle(String user) {
        pauses = true;
        assertThat(remove(user)).isEqualTo(503);
        assertThat(removals.asked()).isEmpty();
    }

    private int remove(String user) {
        return server.call(
                        "DELETE",
                        "/api/rooms/attic/members/" + user,
                        Optional.empty(),
                        "Authorization: Bearer " + TOKEN)
                .status();
    }
}
