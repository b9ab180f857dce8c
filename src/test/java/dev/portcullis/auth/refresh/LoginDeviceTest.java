package dev.portcullis.auth.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoginDeviceTest {
    @Test
    void text_of_a_client_is_shortened_and_loses_what_could_deceive_a_reader() {
        assertThat(LoginDevice.of(
                        Optional.of("192.0.2.7"), Optional.of("  Mozilla/5.0 (X11) \u202Egnp\r\nSet-Cookie: a ")))
                .isEqualTo(new LoginDevice("192.0.2.7", "Mozilla/5.0 (X11) ?gnp??Set-Cookie: a"));
        assertThat(new LoginDevice("", "x".repeat(10_000)).agent()).hasSize(160);
    }

    @Test
    void address_has_no_space_at_which_a_row_could_be_split() {
        assertThat(new LoginDevice("192.0.2.7 other", "").address()).isEqualTo("192.0.2.7?other");
    }

    @Test
    void device_that_says_nothing_is_unknown() {
        assertThat(LoginDevice.of(Optional.empty(), Optional.empty())).isEqualTo(LoginDevice.UNKNOWN);
        assertThat(LoginDevice.UNKNOWN).hasToString("LoginDevice[…]");
    }
}
