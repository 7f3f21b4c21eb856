package dev.millrace.spring.sample;

import dev.millrace.agent.tool.Tool;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class SampleApplication {
  record Place(String city) {}

  public static void main(String[] args) {
    SpringApplication.run(SampleApplication.class, args);
  }

  @Bean
  Tool population() {
    return Tool.of("population", "How many live in a city.", Place.class, place -> 717_710);
  }
}
