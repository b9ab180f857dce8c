package dev.portcullis.auth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.session.RegistrationResult.Registered;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.store.StoreFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EmbeddedSessionStoreTest extends SessionStoreContract {
    @Override
    SessionStore store(SessionsConfig config) {
        return new EmbeddedSessionStore(config, clock);
    }

    @Test
    void user_beyond_the_bound_is_refused() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        List<Session> hundred = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            hundred.add(session("user" + i));
            open(store, hundred.get(i));
        }

        assertThatThrownBy(() -> open(store, session("one-more"))).isInstanceOf(StoreFailure.class);
        assertThat(open(store, session("user7"))).as("a known user").isInstanceOf(Registered.class);

        end(store, hundred.get(3));
        clock.advance(60_000);
        assertThat(open(store, session("one-more"))).as("user3 is removed").isInstanceOf(Registered.class);
    }

    @Test
    void users_with_expired_tokens_make_room_for_others() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        for (int i = 0; i < 100; i++) {
            open(store, session("user" + i));
        }

        clock.advance(3_600_000);

        for (int i = 0; i < 100; i++) {
            assertThat(open(store, session("other" + i))).isInstanceOf(Registered.class);
        }
    }

    @Test
    void session_ids_are_unique_and_fit_in_a_url() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = session("ann").id();
            assertThat(id).matches("[A-Za-z0-9_-]{24}");
            assertThat(seen.add(id)).isTrue();
        }
    }
}
