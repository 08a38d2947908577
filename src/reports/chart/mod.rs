//! A figure as a picture: plain values in, a PNG out.
//! The pictures are drawn for the dark page of a chat: an opaque dark card, which reads as well on a light page. They are laid out here
//! and not by the library's ready-made charts, because those let labels run into each other when names are long or rows many.
//! The embedded font knows Latin, Greek and Cyrillic. Any other letter is drawn as `◊`, and the picture says so: a font for Chinese,
//! Japanese and Korean weighs more than the program, and the table under the picture has the names in full.
//! Invariant: any values give a picture; what does not fit is left out and counted, never drawn over something else.

mod bars;
mod curves;
mod ink;
mod lying;
mod scale;

use self::ink::Sheet;

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub enum Chart {
    /// Counts by group.
    Bars(Bars),
    /// Shares that grow with time.
    Lines(Lines),
}

/// Counts by group.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// What it shows.
    pub title: String,
    /// Its definition.
    pub subtitle: String,
    /// What is counted: `leads`.
    pub unit: &'static str,
    /// How the bars stand.
    pub layout: Layout,
    /// The parts of each group, in the order in which they are drawn.
    pub series: Vec<Series>,
    /// The groups, the most important first.
    pub groups: Vec<Group>,
}

/// How bars stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Beside each other.
    Grouped,
    /// On top of each other. Lying, when the groups are many.
    Stacked,
    /// Stacked from left to right: for long names and many groups.
    Lying,
}

/// One part of each group.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// For the legend.
    pub name: String,
    /// Its colour.
    pub tone: Tone,
}

/// A group of bars.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its name, cut to what there is room for.
    pub name: String,
    /// A value per series; negative ones and what is no number are drawn as 0.
    pub values: Vec<f64>,
}

/// Shares that grow with time, as steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Lines {
    /// What it shows.
    pub title: String,
    /// Its definition.
    pub subtitle: String,
    /// The lines; later ones are drawn over earlier ones.
    pub lines: Vec<Line>,
}

/// A share that grows with time.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// For the legend.
    pub name: String,
    /// Its colour.
    pub tone: Tone,
    /// Seconds and the share (0 to 1) from then on, in order of time.
    pub points: Vec<(f64, f64)>,
    /// Seconds at which somebody was last looked at; ticks on the line.
    pub open: Vec<f64>,
}

/// A colour with a meaning. They differ in lightness too, for those who see few colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good.
    Green,
    /// Neutral, under way.
    Blue,
    /// Look at it.
    Amber,
    /// Bad.
    Red,
    /// Something else.
    Violet,
    /// Background, asleep, before.
    Grey,
}

/// The picture could not be made; only a fault of the drawing library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the picture could not be drawn: {0}")]
pub struct ChartError(String);

impl Chart {
    /// The picture as PNG, 1600 × 840 pixels (less high for one or two lying bars), to be shown at half that size. Takes some milliseconds; belongs off the async threads.
    ///
    /// # Errors
    /// When the drawing library fails; nothing in the values brings that about.
    pub fn png(&self) -> Result<Vec<u8>, ChartError> {
        self.sheet().png()
    }

    /// What the picture shows, for those who do not see it.
    #[must_use]
    pub fn alt(&self) -> String {
        match self {
            Chart::Bars(bars) => format!("{}: {}", bars.title, bars.subtitle),
            Chart::Lines(lines) => format!("{}: {}", lines.title, lines.subtitle),
        }
    }

    fn sheet(&self) -> Sheet {
        match self {
            Chart::Bars(bars) => match bars.layout {
                Layout::Lying => lying::draw(bars),
                Layout::Grouped | Layout::Stacked if bars.groups.len() > bars::GROUPS_MAX => lying::draw(bars),
                Layout::Grouped | Layout::Stacked => bars::draw(bars),
            },
            Chart::Lines(lines) => curves::draw(lines),
        }
    }
}

#[cfg(test)]
mod gallery;
