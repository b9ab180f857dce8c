package dev.portcullis.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordPolicyTest {
    private static final PasswordPolicy POLICY = new PasswordPolicy();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Korrekt9",
                "Correct-Horse-9",
                "Ein Satz mit 7 Wörtern",
                "Пароль-Снег7",
                "Κωδικός7γάτα",
                "密码安全的猫在树上7",
                "パスワードねこ8",
                "비밀번호고양이8",
                "كلمةسرقوية7",
                "รหัสผ่านแมว7",
                "Bücherregal٣",
                "😀😀😀😀Aa1x",
                "Sunshine-42",
                "xX1\"<script>"
            })
    void good_password_is_accepted(String password) {
        assertThat(POLICY.accepts(password, "ann@example.com", "ann")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Korrek9",
                "korrekt9",
                "KORREKT9",
                "Korrekter",
                "12345678",
                "пароль-снег7",
                "密码安全的猫在树上",
                "密码7",
                "😀😀😀😀😀😀😀1",
                "Korrekt9\u0000",
                "Korrekt9\n",
                "Korrekt9\ud800",
                "Korrekt9\udc00x"
            })
    void password_that_breaks_a_rule_is_refused(String password) {
        assertThat(POLICY.accepts(password)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Password1",
                "PASSWORd1",
                "Passw0rd",
                "P@ssw0rd1",
                "Password123",
                "Password1!",
                "Qwerty123",
                "Trustno1",
                "1Qaz2wsx",
                "Iloveyou1",
                "Welcome2024",
                "Password@123",
                "Admin@123",
                "Pass#2024",
                "Password!1",
                "Ｐａｓｓｗｏｒｄ１"
            })
    void common_password_is_refused_whatever_its_case_and_suffix(String password) {
        assertThat(POLICY.accepts(password)).isFalse();
    }

    @Test
    void length_counts_characters_not_bytes() {
        assertThat(POLICY.accepts("Aa1" + "😀".repeat(125))).isTrue();
        assertThat(POLICY.accepts("Aa1" + "😀".repeat(126))).isFalse();
        assertThat(POLICY.accepts("Aa1😀😀😀😀")).isFalse();
        assertThat(POLICY.accepts("Aa1😀😀😀😀😀")).isTrue();
    }

    @Test
    void password_that_is_a_name_of_the_user_is_refused() {
        assertThat(POLICY.accepts("Maria.Luisa7", "maria.luisa7@example.com", "maria.luisa7", "Lu"))
                .isFalse();
        assertThat(POLICY.accepts("Maria.Luisa7@Example.com", "maria.luisa7@example.com"))
                .isFalse();
        assertThat(POLICY.accepts("Maria.Luisa7", "other@example.com", "other")).isTrue();
    }
}
