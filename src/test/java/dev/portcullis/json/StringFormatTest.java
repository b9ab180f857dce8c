package dev.portcullis.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StringFormatTest {
    private static final int FRAME = 1 << 16;

    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '`', textBlock = """
            duration P4DT12H30M5S
            duration P1Y2M3D
            duration P2M
            duration PT36H
            duration P2W
            date 2020-02-29
            date 0000-02-29
            date-time 2020-01-01T00:00:00Z
            date-time 2020-01-01t00:00:00z
            date-time 2020-01-01T00:00:00.0Z
            date-time 2020-01-01T00:00:00.123456789012345678901234567890Z
            date-time 2020-01-01T00:00:00.123456789012345678901234567890123456789012345678901234567890123456789+01:00
            date-time 1998-12-31T23:59:60Z
            date-time 1998-12-31T23:59:60.123Z
            date-time 1998-12-31T15:59:60.123-08:00
            date-time 2020-01-01T00:00:00+23:59
            date-time 2020-01-01T00:00:00-23:59
            date-time 2020-01-01T00:00:00-00:00
            time 23:59:60Z
            time 01:29:60+01:30
            time 23:29:60+23:30
            time 00:29:60-23:30
            time 00:00:00-18:01
            ipv4 0.0.0.0
            ipv4 255.255.255.255
            ipv6 ::
            ipv6 ::1
            ipv6 1::
            ipv6 1:2:3:4:5:6:7:8
            ipv6 1:2:3:4:5:6:7::
            ipv6 ::2:3:4:5:6:7:8
            ipv6 1:2:3:4:5:6:1.2.3.4
            ipv6 ::abef:1.2.3.4
            ipv6 ::1.2.3.4
            ipv6 ::ffff:192.168.0.1
            ipv6 1::1.2.3.4
            ipv6 1:2:3:4:5::1.2.3.4
            ipv6 ABCD:ef01:2345:6789:abcd:ef01:255.255.255.255
            uri foo:
            uri http://
            uri http:///path
            uri http://a:/
            uri http://a:99999/
            uri http://[v1.x]/
            uri http://[V1F.a:b]/
            uri http://[::1]:80/
            uri http://a:b@c:80/d;e=f?g/h?#i/j?
            uri http://a//b
            uri http://a%20b/
            uri http://?q#f
            uri file:///etc/hosts
            uri urn:oasis:names:specification:docbook:dtd:xml:4.1.2
            uri mailto:John.Doe@example.com
            uri ldap://[2001:db8::7]/c=GB?objectClass?one
            uri tel:+1-816-555-1212
            uri a+b-c.1:d
            uri-reference //
            uri-reference foo:
            uri-reference a/b:c
            uri-reference ./a:b
            uri-reference ?a:b
            uri-reference #a:b
            uri-reference //a:80/b
            uri-reference /a@b
            uri-reference a%2Fb
            """)
    void text_that_fits_is_admitted(String format, String text) {
        assertThat(StringFormat.of(format).orElseThrow().admits(text)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '`', textBlock = """
            date 2019-02-29
            date 1900-02-29
            date 2020-00-01
            date 2020-13-01
            date 2020-01-00
            date 2020-04-31
            date 2020-1-01
            date 20200101
            date -2020-01-01
            date +2020-01-01
            date 2020-01-01Z
            date 202\u0660-01-01
            date ````
            date-time 2020-01-01T00:00:00.Z
            date-time 2020-01-01T00:00:00,1Z
            date-time 2020-01-01T00:00:00
            date-time 2020-01-01T00:00Z
            date-time 2020-01-01T24:00:00Z
            date-time 2020-01-01T00:60:00Z
            date-time 2020-01-01T00:00:61Z
            date-time 2020-01-01T23:58:60Z
            date-time 2020-01-01T22:59:60Z
            date-time 2020-01-01T23:59:60+01:00
            date-time 2020-01-01T00:00:00+24:00
            date-time 2020-01-01T00:00:00+00:60
            date-time 2020-01-01T00:00:00+0100
            date-time 2020-01-01T00:00:00+01
            date-time 2020-01-01T00:00:00+01:00:00
            date-time 2020-01-01T00:00:00Z+01:00
            date-time 2020-01-01T00:00:00.\u0661Z
            date-time 2020-01-01_00:00:00Z
            date-time 2020-01-01
            date-time 2020-01-01T
            date-time 2020-02-30T00:00:00Z
            time 00:00:00
            time 00:00:00.
            time 0:00:00Z
            time 00-00-00Z
            time Z
            ipv4 01.2.3.4
            ipv4 087.1.1.1
            ipv4 00.0.0.0
            ipv4 256.1.1.1
            ipv4 1.2.3
            ipv4 1.2.3.4.5
            ipv4 1..2.3
            ipv4 1.2.3.4.
            ipv4 0x7f.0.0.1
            ipv4 \u0661.2.3.4
            ipv4 ````
            ipv6 ::ffff:01.2.3.4
            ipv6 1:2:3:4:5:6:7:1.2.3.4
            ipv6 1:2:3:4:5:1.2.3.4
            ipv6 1:2:3:4:5:6::1.2.3.4
            ipv6 1.2.3.4::
            ipv6 1.2.3.4::1
            ipv6 ::1.2.3.4:5
            ipv6 1.2.3.4
            ipv6 1:2:3:4:5:6:7:8:9
            ipv6 1:2:3:4:5:6:7
            ipv6 1:2:3:4:5:6:7:8::
            ipv6 ::1:2:3:4:5:6:7:8
            ipv6 1::2::3
            ipv6 :::
            ipv6 :
            ipv6 :1
            ipv6 1:
            ipv6 1::2:
            ipv6 :1::2
            ipv6 12345::
            ipv6 ::g
            ipv6 ::\uff11
            ipv6 ::1%eth0
            ipv6 [::1]
            ipv6 ````
            uri http://a:port/
            uri http://a:-1/
            uri http://a@b@c/
            uri http://[::1%eth0]/
            uri http://[::1%25eth0]/
            uri http://[::1
            uri http://[::1]a/
            uri http://[]/
            uri http://[1.2.3.4]/
            uri http://[::01.2.3.4]/
            uri http://[v.x]/
            uri http://[v1.]/
            uri http://[vg.x]/
            uri http://[v1.%41]/
            uri http://a[b]/
            uri http://a?[b]
            uri http://a/[b]
            uri http://a#[b]
            uri http://a#b#c
            uri http://[@example.org/
            uri http://a:b:80/
            uri http://a%2/
            uri http://a/%
            uri http://a/%g0
            uri http://a/\\b
            uri http://a/^
            uri http://a/{b}
            uri http://a/<b>
            uri http://a/"b"
            uri http://a/b|c
            uri http://ä/
            uri 1a:b
            uri a_b:c
            uri %61:b
            uri :b
            uri //a
            uri /a
            uri ````
            uri-reference :b
            uri-reference 1a:b
            uri-reference a@b:c
            duration P1Y2D
            duration PT1H2S
            duration P1YT
            duration P1W2D
            duration P1D2Y
            duration PT
            uri-reference //a@b@c
            uri-reference //[::1%25eth0]/
            uri-reference /a?[b]
            uri-reference a\\b
            uri `http://a b/`
            uri `http://a/ `
            uri-reference ` a`
            date-time `2020-01-01 00:00:00Z`
            ipv6 ` ::1`
            ipv4 `1.2.3.4 `
            """)
    void text_that_does_not_fit_is_refused(String format, String text) {
        assertThat(StringFormat.of(format).orElseThrow().admits(text)).isFalse();
    }

    @Test
    void empty_reference_is_the_document_itself() {
        assertThat(StringFormat.URI_REFERENCE.admits("")).isTrue();
    }

    /** With another beginning, a format reads on. */
    @ParameterizedTest
    @EnumSource(StringFormat.class)
    @Timeout(30)
    void text_of_a_frame_of_any_letter_is_judged_in_linear_time(StringFormat format) {
        for (String begin :
                new String[] {"", "a", "a:", "a://", "a://[", "a://[v1.", "a://b@", "2020-01-01T00:00:00.", "::", "P1"
                }) {
            "0aFz:./%-[@".chars().forEach(c -> {
                String text = begin + Character.toString(c).repeat(FRAME);
                assertThatCode(() -> format.admits(text)).doesNotThrowAnyException();
            });
        }
    }
}
