//! Stories of people at the desk, with a real store: what each of them sees.

mod bed;
mod leads;
mod people;
