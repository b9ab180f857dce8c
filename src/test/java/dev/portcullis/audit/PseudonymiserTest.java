package dev.portcullis.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Secret;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.protocol.UserId;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PseudonymiserTest {
    private static final String ADDRESS = "192.0.2.7";

    private final RecordedEvents events = new RecordedEvents();

    @Test
    void address_has_one_pseudonym_that_does_not_show_it() {
        write("a secret of the operator", ADDRESS);
        write("a secret of the operator", ADDRESS);
        write("a secret of the operator", "192.0.2.8");

        assertThat(pseudonym(0))
                .matches("p-[0-9a-f]{16}")
                .isEqualTo(pseudonym(1))
                .isNotEqualTo(pseudonym(2));
        assertThat(events.all())
                .allSatisfy(event -> assertThat(event.toString()).doesNotContain("192.0.2"));
        assertThat(events.all().get(0)).containsEntry("userId", "ann");
    }

    @Test
    void banned_address_has_the_same_pseudonym_as_a_resource() {
        Pseudonymiser.before(events, Optional.of(new Secret("a secret of the operator")))
                .accept(event(ADDRESS).resource("ip:" + ADDRESS));

        assertThat(events.all().get(0)).containsEntry("resource", "ip:" + pseudonym(0));
    }

    @Test
    void other_secret_gives_other_pseudonyms() {
        write("a secret of the operator", ADDRESS);
        write("a secret of another one", ADDRESS);

        assertThat(pseudonym(0)).isNotEqualTo(pseudonym(1));
    }

    @Test
    void addresses_are_written_as_they_are_without_a_secret() {
        Pseudonymiser.before(events, Optional.empty()).accept(event(ADDRESS));

        assertThat(pseudonym(0)).isEqualTo(ADDRESS);
    }

    @Test
    void event_without_an_address_gets_none() {
        Pseudonymiser.before(events, Optional.of(new Secret("a secret of the operator")))
                .accept(AuditEvent.of(EventName.NODE_START));

        assertThat(events.all().get(0)).doesNotContainKey("ip");
    }

    private void write(String secret, String address) {
        Pseudonymiser.before(events, Optional.of(new Secret(secret))).accept(event(address));
    }

    private static AuditEvent event(String address) {
        return AuditEvent.of(EventName.WS_CONNECT).user(new UserId("ann")).ip(address);
    }

    private String pseudonym(int index) {
        return Objects.requireNonNull(events.all().get(index).get("ip"));
    }
}
