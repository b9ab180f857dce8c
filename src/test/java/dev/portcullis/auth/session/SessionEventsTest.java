package dev.portcullis.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionEventsTest {
    /** As in the event of a published message: an application may take each name for safe. */
    @Test
    void name_of_a_user_is_safe_as_html() {
        byte[] opened = SessionEvents.of(sessionOf("<b>Ann</b> & Ben")).begun().data();
        assertThat(new String(opened, StandardCharsets.UTF_8))
                .contains("\"username\":\"&lt;b&gt;Ann&lt;/b&gt; &amp; Ben\"");
    }

    private static Session sessionOf(String username) {
        Sender sender =
                new Sender(new UserId("ann"), Optional.of(username), Role.MEMBER, List.of("lobby"), "a-session");
        return new Session(
                sender,
                "issuer",
                "token",
                1,
                2,
                3,
                new SessionOwner("node", "node-1", 0),
                "192.0.2.1",
                "",
                Optional.empty());
    }
}
