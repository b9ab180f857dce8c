package dev.portcullis.client.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InputTest {
    @Test
    void a_line_is_said_as_it_was_typed() {
        assertThat(Input.of("  hello  world ")).isEqualTo(new Input.Say("  hello  world "));
    }

    @Test
    void commands_are_known_and_a_doubled_slash_says_one() {
        assertThat(Input.of("/join room-1 ")).isEqualTo(new Input.Join("room-1"));
        assertThat(Input.of("/history")).isEqualTo(new Input.History());
        assertThat(Input.of("/quit")).isEqualTo(new Input.Quit());
        assertThat(Input.of("//join us")).isEqualTo(new Input.Say("/join us"));
    }

    @Test
    void what_is_no_command_gets_a_hint_and_an_empty_line_none() {
        assertThat(Input.of("/jion lobby")).isInstanceOf(Input.Unclear.class);
        assertThat(Input.of("/join not a room")).isInstanceOf(Input.Unclear.class);
        assertThat(Input.of("/join")).isInstanceOf(Input.Unclear.class);
        assertThat(Input.of("  ")).isEqualTo(new Input.Unclear(""));
    }
}
