package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener on a host name without an address: no other process is in the way. */
class UnknownHostTest {
    @ParameterizedTest
    @ValueSource(strings = {"http.host", "admin.host"})
    void host_without_an_address_is_reported_as_such(String key) {
        NodeConfig config = ConfigFile.load(
                        Configs.empty(),
                        List.of(
                                "http.port=0",
                                "admin.port=0",
                                "admin.trustedNetwork=true",
                                key + "=nosuchhost.invalid"),
                        Map.of(),
                        NodeConfigReader::read)
                .fold(good -> good.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });
        StartupException refused = catchThrowableOfType(
                StartupException.class,
                () -> Node.start(config, EmbeddedStore::open, ProcessEnd.NONE).close());
        assertThat(refused.line())
                .isEqualTo("can't listen on nosuchhost.invalid:0: no address is known for that name; set " + key);
    }
}
