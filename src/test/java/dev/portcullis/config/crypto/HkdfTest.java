package dev.portcullis.config.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HkdfTest {
    private static final String COUNTED_80 =
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"
                    + "303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f";

    /** RFC 5869, appendix A.1 and A.3. */
    @ParameterizedTest
    @CsvSource({
        "000102030405060708090a0b0c, f0f1f2f3f4f5f6f7f8f9,"
                + " 3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        "'', '', 8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    })
    void key_of_a_published_example_is_the_published_one(String salt, String info, String key) {
        Hkdf keys = Hkdf.extract(bytes(salt), bytes("0b".repeat(22)));

        assertThat(keys.expand(bytes(info), 42)).isEqualTo(bytes(key));
    }

    /** Appendix A.2: more than one block, from long inputs. */
    @Test
    void long_key_of_a_published_example_is_the_published_one() {
        String salt = counted(0x60);
        String info = counted(0xb0);

        assertThat(Hkdf.extract(bytes(salt), bytes(COUNTED_80)).expand(bytes(info), 82))
                .isEqualTo(bytes("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                        + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                        + "cc30c58179ec3e87c14c01d5c1f3434f1d87"));
    }

    @Test
    void keys_for_two_purposes_differ() {
        Hkdf keys = Hkdf.extract(new byte[] {1}, new byte[] {2});

        assertThat(keys.key("one")).hasSize(32).isNotEqualTo(keys.key("two")).isEqualTo(keys.key("one"));
    }

    @Test
    void key_beyond_255_blocks_is_refused() {
        Hkdf keys = Hkdf.extract(new byte[] {1}, new byte[] {2});

        assertThat(keys.expand(new byte[0], 255 * 32)).hasSize(255 * 32);
        assertThatThrownBy(() -> keys.expand(new byte[0], 255 * 32 + 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String counted(int from) {
        byte[] bytes = new byte[80];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (from + i);
        }
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
