package dev.portcullis.client.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChatInputTest {
    @Test
    void line_without_a_slash_is_sent_as_it_was_typed() {
        assertThat(ChatInput.of("  hello  world ")).isEqualTo(new ChatInput.Say("  hello  world "));
    }

    @Test
    void commands_are_parsed_and_a_double_slash_sends_one() {
        assertThat(ChatInput.of("/join room-1 ")).isEqualTo(new ChatInput.Join("room-1"));
        assertThat(ChatInput.of("/history")).isEqualTo(new ChatInput.History());
        assertThat(ChatInput.of("/quit")).isEqualTo(new ChatInput.Quit());
        assertThat(ChatInput.of("//join us")).isEqualTo(new ChatInput.Say("/join us"));
    }

    @Test
    void unknown_command_gets_a_hint_and_an_empty_line_none() {
        assertThat(ChatInput.of("/jion lobby")).isInstanceOf(ChatInput.Unclear.class);
        assertThat(ChatInput.of("/join not a room")).isInstanceOf(ChatInput.Unclear.class);
        assertThat(ChatInput.of("/join")).isInstanceOf(ChatInput.Unclear.class);
        assertThat(ChatInput.of("  ")).isEqualTo(new ChatInput.Unclear(""));
    }
}
