//! A terminal as an SVG: text as text, no script, no font from elsewhere. It moves by SMIL (SVG 1.1, chapter 19), so
//! that it also does in a page that shows it as an image; where nothing moves it shows the first screen.

use super::Line;

/// Rows that are seen at a time.
const ROWS: usize = 25;
/// Pixels.
const ROW: usize = 18;
const WIDTH: usize = 680;
const MARGIN: usize = 16;
/// So long the end stands before it begins again, in seconds.
const REST: f64 = 6.0;
/// So long before the first line the command is seen alone, in seconds.
const TYPING: f64 = 1.0;

/// Draws what was typed, and what came of it.
pub(super) fn draw(typed: &str, lines: &[Line]) -> String {
    let whole = TYPING + lines.last().map_or(0.0, |line| line.at) + REST;
    let share = |line: &Line| (TYPING + line.at) / whole;
    let texts: String =
        (1..).zip(lines).map(|(row, line)| text(row, line, share(line), whole)).collect();
    let (height, inner) = (ROWS * ROW + 2 * MARGIN, ROWS * ROW);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\">\n\
         <title>{typed}</title>\n\
         <style>text{{font:14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#d4dbe3;\
         white-space:pre}}.h{{fill:#7fd1b9;font-weight:bold}}.t{{fill:#8292a2}}</style>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" rx=\"8\" fill=\"#131a22\"/>\n\
         <svg x=\"{MARGIN}\" y=\"{MARGIN}\" width=\"{}\" height=\"{inner}\"><g>\n\
         {}<text y=\"13\" class=\"h\" xml:space=\"preserve\">{}</text>\n{texts}</g></svg>\n</svg>\n",
        WIDTH - 2 * MARGIN,
        scrolled(lines, whole, share),
        escaped(typed),
    )
}

/// A row of the terminal; the time that a step took is dimmer than the step.
fn text(row: usize, line: &Line, share: f64, whole: f64) -> String {
    if line.text.is_empty() {
        return String::new();
    }
    let is_heading = line.text.starts_with(|c: char| c.is_ascii_uppercase());
    let class = if is_heading { " class=\"h\"" } else { "" };
    let end = line.text.strip_suffix(" ms").and_then(|rest| rest.rfind("  "));
    let step = line.text.get(..end.unwrap_or(line.text.len())).unwrap_or_default().trim_end();
    let took = line.text.get(step.len()..).unwrap_or_default();
    let took = match took {
        "" => String::new(),
        took => format!("<tspan class=\"t\">{}</tspan>", escaped(took)),
    };
    format!(
        "<text y=\"{}\"{class} xml:space=\"preserve\">{}{took}<animate attributeName=\"opacity\" \
         values=\"0;1\" keyTimes=\"0;{share:.4}\" calcMode=\"discrete\" dur=\"{whole:.1}s\" \
         repeatCount=\"indefinite\"/></text>\n",
        row * ROW + 13,
        escaped(step),
    )
}

/// Moves everything up by a row with each line that has no room below.
fn scrolled(lines: &[Line], whole: f64, share: impl Fn(&Line) -> f64) -> String {
    let late: Vec<&Line> = lines.iter().skip(ROWS - 1).collect();
    if late.is_empty() {
        return String::new();
    }
    let times: Vec<_> = late.iter().map(|line| format!("{:.4}", share(line))).collect();
    let places: Vec<_> = (1..=late.len()).map(|up| format!("0 -{}", up * ROW)).collect();
    let (times, places) = (times.join(";"), places.join(";"));
    format!(
        "<animateTransform attributeName=\"transform\" type=\"translate\" values=\"0 0;{places}\" \
         keyTimes=\"0;{times}\" calcMode=\"discrete\" dur=\"{whole:.1}s\" repeatCount=\"indefinite\"/>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at: f64, text: &str) -> Line {
        Line { at, text: text.to_owned() }
    }

    #[test]
    fn a_line_appears_in_its_row_when_it_came() {
        let picture = draw("$ a", &[line(1.0, "Cards"), line(3.0, " 1  a < b      2.0 ms")]);
        // One second of typing, three until the last line, six of rest.
        assert!(
            picture.contains("dur=\"10.0s\"") && picture.contains("keyTimes=\"0;0.2000\""),
            "{picture}"
        );
        let step = "<text y=\"49\" xml:space=\"preserve\"> 1  a &lt; b<tspan class=\"t\">";
        assert!(picture.contains(step) && picture.contains("keyTimes=\"0;0.4000\""), "{picture}");
        assert!(!picture.contains("animateTransform"), "everything has room");
    }

    #[test]
    fn what_has_no_room_moves_the_others_up() {
        let lines: Vec<_> = (0..26_u8).map(|at| line(f64::from(at), "x")).collect();
        let picture = draw("$ a", &lines);
        assert!(picture.contains("values=\"0 0;0 -18;0 -36\""), "{picture}");
    }
}
