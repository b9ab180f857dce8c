package dev.portcullis.auth.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {
    @ParameterizedTest
    @CsvSource({
        "ann@example.com, ann@example.com",
        "Ann.Lee+tag@Example.COM, ann.lee+tag@example.com",
        "o'hara_1{x}|y~@sub.example.co.uk, o'hara_1{x}|y~@sub.example.co.uk",
        "ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ, ann@example.com",
        "jürgen@bücher.example, jürgen@xn--bcher-kva.example",
        "ju\u0308rgen@BÜCHER.example, jürgen@xn--bcher-kva.example",
        "用户@例え.jp, 用户@xn--r8jz45g.jp",
        "a@xn--bcher-kva.example, a@xn--bcher-kva.example",
        "straße@xn--strae-oqa.example, straße@xn--strae-oqa.example",
        "a@ΟΔΟΣ.example, a@xn--pxavbq.example"
    })
    void address_has_one_canonical_form(String text, String canonical) {
        assertThat(EmailAddress.parse(text).map(EmailAddress::value)).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ann",
                "ann@",
                "@example.com",
                "ann@example",
                "ann@@example.com",
                "ann@exa@mple.com",
                "ann lee@example.com",
                " ann@example.com",
                "ann@example.com ",
                "ann@example.com\n",
                "ann\u0000@example.com",
                ".ann@example.com",
                "ann.@example.com",
                "an..n@example.com",
                "\"ann\"@example.com",
                "ann(comment)@example.com",
                "<ann@example.com>",
                "ann@[192.0.2.1]",
                "ann@192.0.2.1",
                "ann@-example.com",
                "ann@example-.com",
                "ann@example..com",
                "ann@.example.com",
                "ann@example.com.",
                "ann@exam_ple.com",
                "ann@example.c",
                "ann@example.123",
                "ann\u202e@example.com",
                "ann\u200b@example.com",
                "ann@exa\u202emple.com",
                "ann,bob@example.com",
                "ann;bob@example.com",
                "ann\\@example.com",
                "ann\ud800@example.com",
                "ann@straße.example",
                "ann@STRAẞE.example",
                "ann@οδος.example",
                "ann@a\u200cb.example",
                "ann@a\u200db.example"
            })
    void text_that_is_no_usable_address_is_refused(String text) {
        assertThat(EmailAddress.parse(text)).isEmpty();
    }

    @Test
    void lengths_are_bounded() {
        String domain = ("d".repeat(60) + ".").repeat(3) + "com";
        assertThat(EmailAddress.parse("a".repeat(64) + "@example.com")).isPresent();
        assertThat(EmailAddress.parse("a".repeat(65) + "@example.com")).isEmpty();
        assertThat(EmailAddress.parse("ä".repeat(33) + "@example.com"))
                .as("66 bytes")
                .isEmpty();
        assertThat(EmailAddress.parse("a".repeat(64) + "@" + domain)).isPresent();
        assertThat(EmailAddress.parse("a".repeat(64) + "@ddd." + domain))
                .as("255")
                .isEmpty();
        assertThat(EmailAddress.parse("a@" + "d".repeat(64) + ".com")).isEmpty();
        assertThat(EmailAddress.parse("a".repeat(1_000_000))).isEmpty();
    }

    @Test
    void address_is_not_printed() {
        assertThat(EmailAddress.parse("ann@example.com").orElseThrow().toString())
                .doesNotContain("ann");
    }
}
