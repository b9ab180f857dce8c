package dev.portcullis.client.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChatInputTest {
    @Test
    void a_line_is_said_as_it_was_typed() {
        assertThat(ChatInput.of("  hello  world ")).isEqualTo(new ChatInput.Say("  hello  world "));
    }

    @Test
    void commands_are_known_and_a_doubled_slash_says_one() {
        assertThat(ChatInput.of("/join room-1 ")).isEqualTo(new ChatInput.Join("room-1"));
        assertThat(ChatInput.of("/history")).isEqualTo(new ChatInput.History());
        assertThat(ChatInput.of("/quit")).isEqualTo(new ChatInput.Quit());
        assertThat(ChatInput.of("//join us")).isEqualTo(new ChatInput.Say("/join us"));
    }

    @Test
    void what_is_no_command_gets_a_hint_and_an_empty_line_none() {
        assertThat(ChatInput.of("/jion lobby")).isInstanceOf(ChatInput.Unclear.class);
        assertThat(ChatInput.of("/join not a room")).isInstanceOf(ChatInput.Unclear.class);
        assertThat(ChatInput.of("/join")).isInstanceOf(ChatInput.Unclear.class);
        assertThat(ChatInput.of("  ")).isEqualTo(new ChatInput.Unclear(""));
    }
}
