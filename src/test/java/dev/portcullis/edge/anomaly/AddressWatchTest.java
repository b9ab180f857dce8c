package dev.portcullis.edge.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Live;
import dev.portcullis.config.Section;
import dev.portcullis.http.IpAddress;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig;
import dev.portcullis.ratelimit.ban.Ban;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AddressWatchTest {
    private static final String ADDRESS = "192.0.2.1";
    private static final int FORGED_FOR_A_BAN = 20;

    private final AtomicLong clock = new AtomicLong();
    private final List<Ban> asked = new ArrayList<>();
    private final Set<IpAddress> banned = new HashSet<>();
    private final RecordedEvents events = new RecordedEvents();
    private final AddressWatch addresses = new AnomalyWatch(
                    Live.fixed(AnomalyConfig.read(Section.root(Map.of(), new ConfigReading(Map.of(), Path.of(""))))),
                    this::ban,
                    (user, login) -> Future.succeededFuture(),
                    banned::contains,
                    new Audit(new AuditConfig(10_000, 100), clock::get, events),
                    new Metrics(new SimpleMeterRegistry()),
                    clock::get,
                    clock::get)
            .addresses();

    @Test
    void address_that_forges_tokens_is_banned_for_a_quarter_of_an_hour() {
        forge(FORGED_FOR_A_BAN);

        assertThat(asked).singleElement().satisfies(ban -> {
            assertThat(ban.target().key()).isEqualTo("ip:" + ADDRESS);
            assertThat(ban.origin()).isEqualTo(Ban.Origin.RULE);
            assertThat(ban.until()).isEqualTo(clock.get() + 900_000);
        });
        assertThat(events.all())
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("event", "ws.anomaly")
                        .containsEntry("reason", "address")
                        .containsEntry("detail", "invalid_token"));
    }

    @Test
    void banned_address_that_goes_on_causes_no_other_ban_and_no_other_event() {
        forge(FORGED_FOR_A_BAN);
        banned.add(IpAddress.parse(ADDRESS).orElseThrow());
        for (int second = 0; second < 900; second++) {
            clock.addAndGet(1_000);
            forge(FORGED_FOR_A_BAN);
        }

        assertThat(asked).hasSize(1);
        assertThat(events.all()).hasSize(1);
        banned.clear();
        forge(FORGED_FOR_A_BAN);
        assertThat(asked).as("after its end it begins again").hasSize(2);
    }

    @Test
    void token_that_was_genuine_once_counts_for_no_address() {
        for (int i = 0; i < 10 * FORGED_FOR_A_BAN; i++) {
            addresses.tokenRefused(ADDRESS, Optional.of(TokenDefect.EXPIRED));
        }

        assertThat(asked).isEmpty();
    }

    private void forge(int times) {
        for (int i = 0; i < times; i++) {
            addresses.tokenRefused(ADDRESS, Optional.of(TokenDefect.BAD_SIGNATURE));
        }
    }

    private Future<Optional<Ban>> ban(Ban ban) {
        asked.add(ban);
        return Future.succeededFuture(Optional.of(ban));
    }
}
