package dev.portcullis.http.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingUrlTest {
    @ParameterizedTest
    @CsvSource({
        "https://keys.example.com, keys.example.com, 443, /, keys.example.com",
        "https://keys.example.com/jwks?a=b%20c, keys.example.com, 443, /jwks?a=b%20c, keys.example.com",
        "https://Keys.Example.com:8443/x, keys.example.com, 8443, /x, keys.example.com:8443",
        "https://192.0.2.1/x, 192.0.2.1, 443, /x, 192.0.2.1",
        "https://[2001:db8::1]:8443/x, 2001:db8::1, 8443, /x, [2001:db8::1]:8443",
        "http://127.0.0.1:8080/x, 127.0.0.1, 8080, /x, 127.0.0.1:8080",
        "http://localhost/x, localhost, 80, /x, localhost",
        "http://[::1]/x, ::1, 80, /x, [::1]"
    })
    void url_is_taken_apart(String text, String host, int port, String target, String authority) {
        OutgoingUrl url = OutgoingUrl.parse(text).orElseThrow();

        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.target()).isEqualTo(target);
        assertThat(url.authority()).isEqualTo(authority);
        assertThat(url.secure()).isEqualTo(text.startsWith("https:"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "keys.example.com",
                "//keys.example.com/x",
                "ftp://keys.example.com/x",
                "file:///etc/passwd",
                "http://keys.example.com/x",
                "http://10.0.0.1/x",
                "http://127.0.0.1.example.com/x",
                "https:///x",
                "https://user@keys.example.com/x",
                "https://user:secret@keys.example.com/x",
                "https://@keys.example.com/x",
                "https://keys.example.com:443@127.0.0.1/x",
                "https://keys.example.com/x#fragment",
                "https://keys.example.com/x#",
                "https://keys.example.com\\@127.0.0.1/x",
                "https://keys.example.com:0/x",
                "https://keys.example.com:65536/x",
                "https://keys.example.com:/x",
                "https://localhost./x",
                "https://keys.example.com./x",
                "https://keys_of.example.com/x",
                "https://-keys.example.com/x",
                "https://keys%2eexample.com/x",
                "https://k\u00ebys.example.com/x",
                "https://keys.example.com/a b",
                "https://keys.example.com/a\r\nHost: x",
                "https://0x7f.1/x",
                "https://0x7f000001/x",
                "https://2130706433/x",
                "https://127.1/x",
                "https://0177.0.0.1/x",
                "https://127.0.0.01/x",
                "https://1.2.3.4.5/x",
                "https://keys.example.0x7f/x",
                "https://[fe80::1%25eth0]/x",
                "http://0.0.0.0/x"
            })
    void url_with_another_scheme_or_with_more_than_one_reading_is_refused(String text) {
        assertThat(OutgoingUrl.parse(text)).isEmpty();
    }

    @Test
    void long_url_is_refused() {
        assertThat(OutgoingUrl.parse("https://keys.example.com/" + "x".repeat(2_048)))
                .isEmpty();
    }
}
