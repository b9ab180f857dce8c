package dev.portcullis.uploads.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileTypeTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    89504e470d0a1a0a0000000d49484452 | PNG
                    ffd8ffe000104a464946 | JPEG
                    474946383961010001 | GIF
                    524946462400000057454250565038 | WEBP
                    00000018667479706176696600000000617669666d696631 | AVIF
                    49443304000000000000 | MP3
                    fffb9064000000 | MP3
                    4f6767530002 | OGG
                    524946462400000057415645666d7420 | WAV
                    664c614300000022 | FLAC
                    00000018667479704d344120000000004d34412069736f6d | M4A MP4
                    000000186674797069736f6d0000020069736f6d61766331 | M4A MP4
                    1a45dfa39f4286810142f7810142f2810442f381084282847765626d | WEBA WEBM
                    255044462d312e370a25e2e3cfd30a | PDF
                    504b0506000000000000000000000000000000000000 | ZIP
                    504b030414000600080000002100 | ZIP
                    1f8b0800000000000003 | GZIP
                    504b030414000600080000002100aabbccdd0000000000000000130000005b436f6e74656e745f54797065735d2e786d6c | ZIP DOCX XLSX PPTX
                    68656c6c6f2c20776f726c640a | TEXT CSV
                    c3a4c3b6f09f9880 | TEXT CSV
                    3c73766720786d6c6e733d22687474703a2f2f | TEXT CSV
                    """)
    void head_fits_its_own_types_and_no_other(String hex, String types) {
        FileHead head = new FileHead(HexFormat.of().parseHex(hex), true);

        Set<String> fitting = Stream.of(FileType.values())
                .filter(type -> type != FileType.ANY && type.fits(head))
                .map(Enum::name)
                .collect(Collectors.toSet());

        assertThat(fitting).containsExactlyInAnyOrder(types.split(" "));
        assertThat(FileType.ANY.fits(head)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = FileType.class, mode = EnumSource.Mode.EXCLUDE, names = "ANY")
    void head_without_a_sign_fits_no_type(FileType type) {
        assertThat(type.fits(new FileHead(new byte[] {0, 1, 2, 3}, true))).isFalse();
        assertThat(type.fits(new FileHead(HexFormat.of().parseHex("4d5a90000300000004000000ffff0000"), true)))
                .as("a program of Windows")
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = FileType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ANY", "TEXT", "CSV"})
    void sign_that_is_cut_off_fits_no_type(FileType type) {
        for (int length = 0; length < 2; length++) {
            assertThat(type.fits(new FileHead(new byte[length], true))).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/svg+xml", "text/html", "application/xhtml+xml", "text/xml", "application/xml", ""})
    void type_that_a_browser_runs_is_not_known(String mime) {
        assertThat(FileType.of(mime)).isEmpty();
    }

    @Test
    void name_of_a_type_has_no_case() {
        assertThat(FileType.of("Image/PNG")).isEqualTo(Optional.of(FileType.PNG));
    }

    @Test
    void text_may_be_cut_within_a_character_only_where_the_file_goes_on() {
        byte[] cut = {'a', (byte) 0xF0, (byte) 0x9F, (byte) 0x98};

        assertThat(FileType.TEXT.fits(new FileHead(cut, false))).isTrue();
        assertThat(FileType.TEXT.fits(new FileHead(cut, true))).isFalse();
    }

    @Test
    void long_text_is_looked_at_up_to_the_bound() {
        byte[] text = "\u00e4".repeat(FileHead.MAX_BYTES).getBytes(StandardCharsets.UTF_8);
        byte[] odd = Arrays.copyOfRange(
                ("a" + "\u00e4".repeat(FileHead.MAX_BYTES)).getBytes(StandardCharsets.UTF_8), 0, 6_000);

        assertThat(FileType.TEXT.fits(new FileHead(text, true))).isTrue();
        assertThat(FileType.TEXT.fits(new FileHead(odd, true))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "610062", "ff", "c3", "eda080", "c0af", "0b", "1a"})
    void bytes_that_no_text_has_are_no_text(String hex) {
        assertThat(FileType.TEXT.fits(new FileHead(HexFormat.of().parseHex(hex), true)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "000000ff6674797069736f6d0000020069736f6d61766331, a box longer than what there is",
        "000000086674797069736f6d0000020069736f6d61766331, a box without brands",
        "ffffffff6674797069736f6d0000020069736f6d61766331, a length beyond all",
        "000000186674797078787878" + "69736f6d" + "7878787878787878, a version that looks like a brand"
    })
    void box_that_lies_fits_no_type(String hex, String why) {
        assertThat(FileType.MP4.fits(new FileHead(HexFormat.of().parseHex(hex), true)))
                .as(why)
                .isFalse();
    }

    @Test
    void no_default_runs_in_a_browser_and_each_type_has_its_own_name() {
        assertThat(FileType.DEFAULTS).doesNotContain(FileType.ANY).doesNotHaveDuplicates();
        assertThat(Stream.of(FileType.values()).map(FileType::mime)).doesNotHaveDuplicates();
        assertThat(FileType.TEXT.contentType()).isEqualTo("text/plain; charset=utf-8");
        assertThat(FileType.PNG.contentType()).isEqualTo("image/png");
    }
}
