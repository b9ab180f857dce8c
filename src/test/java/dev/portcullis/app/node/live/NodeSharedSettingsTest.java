package dev.portcullis.app.node.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.cluster.SharedSetting;
import dev.portcullis.cluster.SharedSettings;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.record.WireForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeSharedSettingsTest {
    private static final String IN_A_CLUSTER = "cluster={\"enabled\": true, \"members\": [\"127.0.0.1\"]}";
    private static final String SHARED = "store.kind=redis";

    /** Made once, because the slow digest takes long. */
    private static final SharedSettings STANDARD = settings();

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
                "DIRECT | direct.allow=anyone",
                "INBOX | direct.ackPer=device",
                "INBOX | streams.inbox.entries=10",
                "ROOM_AUTHORIZER | rooms.authorizer={\"http\": {\"url\": \"https://app.example.com/rooms\", \"secret\": \""
                        + Configs.SECRET + "\"}}",
                "MODERATION | content.hook={\"url\": \"https://app.example.com/text\", \"secret\": \"" + Configs.SECRET
                        + "\"}",
                "HOOKS | hooks={\"http\": {\"url\": \"https://app.example.com/hooks\", \"secret\": \"" + Configs.SECRET
                        + "\"}}",
                "EVENTS | events={\"vote\": {\"schema\": {}}}",
                "ACK_REPLICAS | store.redis.ackReplicas=1",
                "WINDOW | streams.room.entries=10",
                "WINDOW | streams.room.ageMs=60000",
                "RETENTION | retention.entries=10",
                "RETENTION | retention.rooms=[{\"match\": \"support-*\", \"age\": \"1h\"}]"
            })
    void setting_that_must_be_shared_is_compared(SharedSetting setting, String set) {
        SharedSettings other = settings(set);
        assertThat(other.known()).hasSameSizeAs(STANDARD.known());
        assertThat(STANDARD.known())
                .allSatisfy(
                        (each, values) -> assertThat(values.equals(other.known().get(each)))
                                .as(each.name())
                                .isEqualTo(each != setting));
    }

    /** With other keys on one node, a user could log in only where they registered. */
    @Test
    void keys_of_accounts_must_be_shared_where_accounts_are_on() {
        SharedSettings derived = settings("accounts.enabled=true");
        SharedSettings own = settings(
                "accounts.enabled=true",
                "accounts.secret=an own secret of the accounts, 32 bytes",
                "accounts.maxLogins=7");

        assertThat(STANDARD.known()).doesNotContainKey(SharedSetting.ACCOUNTS);
        assertThat(derived.known()).containsKey(SharedSetting.ACCOUNTS);
        assertThat(own.known().get(SharedSetting.ACCOUNTS))
                .isNotEqualTo(derived.known().get(SharedSetting.ACCOUNTS));
        assertThat(settings("accounts.enabled=true", "accounts.maxLogins=7")).isEqualTo(derived);
        assertThat(settings("accounts.enabled=true", "accounts.registration=closed"))
                .as("users could register at some nodes only")
                .isNotEqualTo(derived);
        assertThat(own.known().toString()).doesNotContain("own secret");
    }

    /** All at once, because the slow digest takes long: what one of them changed would show here too. */
    @Test
    void settings_that_may_differ_are_not_compared() {
        assertThat(settings(
                        "ratelimit.user.minute=61",
                        "http.port=1",
                        "broadcast.publishTimeoutMs=100",
                        "bus.inFlight=17",
                        "direct.blocks=7"))
                .isEqualTo(STANDARD);
    }

    @Test
    void wire_version_is_the_first_byte_of_what_is_sent() {
        byte[] sent = WireForm.of(Position.class).encode(new Position("epoch", 1));
        assertThat(STANDARD.wire()).isEqualTo(sent[0]);
    }

    @Test
    void node_states_only_the_settings_of_its_stages() {
        assertThat(settings("stages={\"edge\": 1}").known())
                .containsOnlyKeys(
                        SharedSetting.NAME,
                        SharedSetting.LANES,
                        SharedSetting.INTEREST,
                        SharedSetting.CSRF,
                        SharedSetting.UPLOADS,
                        SharedSetting.EVENTS,
                        SharedSetting.HOOKS);
    }

    /** A reader of the store must not learn the key that signs all tokens (CWE-916). */
    @Test
    void secret_is_not_readable_from_the_settings() {
        assertThat(STANDARD.toString()).doesNotContain(Configs.SECRET);
        assertThat(STANDARD.known().get(SharedSetting.ISSUERS))
                .singleElement()
                .asString()
                .matches("[0-9a-f]{32}");
    }

    @Test
    void equal_secrets_of_two_clusters_have_different_digests() {
        assertThat(settings("cluster={\"enabled\": true, \"members\": [\"127.0.0.1\"], \"name\": \"other\"}")
                        .known()
                        .get(SharedSetting.ISSUERS))
                .isNotEqualTo(STANDARD.known().get(SharedSetting.ISSUERS));
    }

    private static SharedSettings settings(String... sets) {
        List<String> all = new ArrayList<>(List.of(IN_A_CLUSTER, SHARED));
        all.addAll(List.of(sets));
        return ConfigFile.load(Configs.empty(), all, Map.of(), NodeConfigReader::read)
                .fold(loaded -> NodeSharedSettings.of(loaded.value()), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }
}
