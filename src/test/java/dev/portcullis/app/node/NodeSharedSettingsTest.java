package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.bus.wire.WireForm;
import dev.portcullis.cluster.SharedSetting;
import dev.portcullis.cluster.SharedSettings;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.protocol.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeSharedSettingsTest {
    private static final String IN_A_CLUSTER = "cluster={\"enabled\": true, \"members\": [\"127.0.0.1\"]}";
    private static final String SHARED = "store.kind=redis";

    /** Made once: what keeps a secret from being guessed takes long. */
    private static final SharedSettings STANDARD = facts();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ISSUERS | auth.issuers=[{\"secret\": \"another-secret-of-the-tests-and-nothing-else\"}]",
                "ISSUERS | auth.issuers=[{\"secret\": \"" + Configs.SECRET + "\", \"maxRole\": \"member\"}]",
                "ISSUERS | auth.issuers=[{\"secret\": \"" + Configs.SECRET + "\", \"allowRooms\": false}]",
                "ISSUERS | auth.issuers=[{\"secret\": \"" + Configs.SECRET + "\", \"userPrefix\": \"a:\"}]",
                "ISSUERS | auth.issuers=[{\"secret\": \"" + Configs.SECRET + "\", \"issuer\": \"us\"}]",
                "ISSUERS | auth.issuers=[{\"secret\": \"" + Configs.SECRET + "\", \"audience\": \"us\"}]",
                "INTEREST | broadcast.interestBits=2048",
                "PERMISSIONS | permissions={\"member\": [\"join\"]}",
                "PUBLIC_ROOMS | rooms.public=[\"lobby\"]",
                "WINDOW | streams.room.entries=10",
                "WINDOW | streams.room.ageMs=60000"
            })
    void what_decides_who_may_do_what_shows(SharedSetting setting, String set) {
        SharedSettings other = facts(set);
        assertThat(other.known()).hasSameSizeAs(STANDARD.known());
        assertThat(STANDARD.known())
                .allSatisfy(
                        (each, values) -> assertThat(values.equals(other.known().get(each)))
                                .as(each.name())
                                .isEqualTo(each != setting));
    }

    @ParameterizedTest
    @CsvSource({"ratelimit.user.minute=61", "http.port=1", "broadcast.publishTimeoutMs=100", "bus.inFlight=17"})
    void what_may_be_changed_from_node_to_node_does_not(String set) {
        assertThat(facts(set)).isEqualTo(STANDARD);
    }

    @Test
    void the_version_of_the_wire_is_the_one_that_stands_in_front_of_what_is_sent() {
        byte[] sent = WireForm.of(Position.class).encode(new Position("epoch", 1));
        assertThat(STANDARD.wire()).isEqualTo(sent[0]);
    }

    @Test
    void a_node_says_nothing_of_what_its_stages_do_not_know() {
        assertThat(facts("stages={\"edge\": 1}").known())
                .containsOnlyKeys(SharedSetting.NAME, SharedSetting.LANES, SharedSetting.INTEREST);
    }

    /** Whoever reads the store must not get the key of every token from it (CWE-916). */
    @Test
    void no_secret_can_be_read_from_it() {
        assertThat(STANDARD.toString()).doesNotContain(Configs.SECRET);
        assertThat(STANDARD.known().get(SharedSetting.ISSUERS))
                .singleElement()
                .asString()
                .matches("[0-9a-f]{32}");
    }

    @Test
    void equal_secrets_of_two_clusters_do_not_show() {
        assertThat(facts("cluster={\"enabled\": true, \"members\": [\"127.0.0.1\"], \"name\": \"other\"}")
                        .known()
                        .get(SharedSetting.ISSUERS))
                .isNotEqualTo(STANDARD.known().get(SharedSetting.ISSUERS));
    }

    private static SharedSettings facts(String... sets) {
        List<String> all = new ArrayList<>(List.of(IN_A_CLUSTER, SHARED));
        all.addAll(List.of(sets));
        return ConfigFile.load(Configs.empty(), all, Map.of(), NodeConfig::read)
                .fold(loaded -> NodeSharedSettings.of(loaded.value()), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }
}
